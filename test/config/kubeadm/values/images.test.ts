import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clusterImages } from "../../../../src/config/kubeadm/values/images.ts";
import { initWith } from "../../../kubeadm-sample.ts";

const imagesOf = (cluster: Record<string, unknown>) => clusterImages(initWith(cluster).cluster);

describe("images", () => {
  it("are kubeadm's, in its order, from upstream's registry", () => {
    const expected = readFileSync(join(import.meta.dirname, "fixtures/images.txt"), "utf8")
      .trimEnd()
      .split("\n");
    expect(imagesOf({ imageRepository: "registry.k8s.io" })).toEqual(expected);
  });

  it("are the embedded distribution's by default, with Debian's etcd", () => {
    expect(imagesOf({})).toEqual([
      "slipway.local/kube-apiserver:v1.36.2",
      "slipway.local/kube-controller-manager:v1.36.2",
      "slipway.local/kube-scheduler:v1.36.2",
      "slipway.local/kube-proxy:v1.36.2",
      "slipway.local/coredns:v1.14.2",
      "slipway.local/pause:3.10.2",
      "slipway.local/etcd:3.4.23-0",
    ]);
  });

  it("follow overrides, and leave out what is disabled or elsewhere", () => {
    const images = imagesOf({
      imageRepository: "mirror.example/k8s",
      kubernetesVersion: "v1.36.1+build.5",
      dns: { imageRepository: "registry.k8s.io", imageTag: "v1.13.0" },
      etcd: { local: { imageRepository: "quay.io/coreos", imageTag: "3.6.1" } },
    });
    expect(images).toContain("mirror.example/k8s/kube-apiserver:v1.36.1_build.5");
    expect(images).toContain("registry.k8s.io/coredns/coredns:v1.13.0");
    expect(images).toContain("quay.io/coreos/etcd:3.6.1");
    const few = imagesOf({
      dns: { disabled: true },
      proxy: { disabled: true },
      etcd: { external: { endpoints: ["https://etcd.example:2379"] } },
    });
    expect(few.map((image) => image.split("/").at(-1)?.split(":")[0])).toEqual([
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "pause",
    ]);
  });
});
