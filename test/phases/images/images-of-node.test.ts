import { expect, test } from "vitest";
import type { NodeWish } from "../../../src/phases/cluster/node-wish.ts";
import { imagesOfNode, registryImages } from "../../../src/phases/images/images-of-node.ts";
import type { Image } from "../../../src/runtime/oci/image.ts";

const built = ["kube-apiserver:v1.36.2", "kube-proxy:v1.36.2", "coredns:v1.14.2", "slipway-cni:v1.36.2"]
  .concat(["etcd:3.4.23-0", "pause:3.10.2", "busybox:1.35.0"])
  .map((name) => `slipway.local/${name}`);

type Repositories = { readonly all: string; readonly etcd?: string };

function wish(role: NodeWish["role"], { all, etcd = "" }: Repositories): NodeWish {
  const cluster = {
    imageRepository: all,
    kubernetesVersion: "v1.36.2",
    dns: { imageRepository: "", imageTag: "", disabled: false },
    proxy: { disabled: false },
    etcd: { local: { imageRepository: etcd, imageTag: "" } },
  };
  return { role, input: { cluster } } as unknown as NodeWish;
}

function brought(node: NodeWish, provider: "slipway" | "none" = "slipway"): string[] {
  const images = built.map((reference) => ({ reference }) as Image);
  const network = provider === "none" ? ({ provider } as const) : ({ provider, backend: "vxlan" } as const);
  return imagesOfNode(node, { images, network }).map(({ reference }) => reference.replace("slipway.local/", ""));
}

const embedded = { all: "slipway.local" };
const upstream = { all: "registry.k8s.io" };

test("of the embedded repository a control plane gets all images, a worker what it runs", () => {
  expect(brought(wish("control-plane", embedded))).toHaveLength(built.length);
  expect(brought(wish("worker", embedded))).toEqual([
    ...["kube-proxy:v1.36.2", "coredns:v1.14.2", "slipway-cni:v1.36.2"],
    ...["pause:3.10.2", "busybox:1.35.0"],
  ]);
});

test("beside a registry's images only the network's agent is brought, unless the network is somebody else's", () => {
  expect(brought(wish("control-plane", upstream))).toEqual(["slipway-cni:v1.36.2"]);
  expect(brought(wish("worker", upstream), "none")).toEqual([]);
});

test("a component of another repository is exchanged alone: what is built here is brought, the rest is pulled", () => {
  const ours = wish("control-plane", { ...upstream, etcd: "slipway.local" });
  expect(brought(ours)).toEqual(["slipway-cni:v1.36.2", "etcd:3.4.23-0"]);
  expect(registryImages(ours).join()).not.toContain("etcd");
  const theirs = wish("control-plane", { ...embedded, etcd: "registry.k8s.io" });
  expect(brought(theirs)).not.toContain("etcd:3.4.23-0");
  expect(registryImages(theirs)).toEqual(["registry.k8s.io/etcd:3.6.8-0"]);
});
