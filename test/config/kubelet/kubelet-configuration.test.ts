import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/base/yaml.ts";
import { issueText } from "../../../src/config/issue.ts";
import { loadInit } from "../../../src/config/kubeadm/load/load-init.ts";
import { kubeletConfiguration } from "../../../src/config/kubelet/kubelet-configuration.ts";
import { printKubeletConfiguration } from "../../../src/config/kubelet/print-kubelet-configuration.ts";
import { initWith, sampleConfig, sampleHost } from "../../kubeadm-sample.ts";

const withKubelet = (fields: string) => {
  const [init, cluster] = sampleConfig.split("---\n");
  const text = `${init}---\n${cluster}---\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${fields}`;
  return loadInit(text, sampleHost);
};
const warningsOf = (fields: string) => {
  const parsed = withKubelet(fields);
  return parsed.kind === "ok" ? parsed.warnings.map(issueText) : [`invalid: ${parsed.issues.map(issueText)}`];
};

describe("KubeletConfiguration", () => {
  it("keeps every field that a user sets, through print and back", () => {
    const fields = {
      maxPods: 50,
      evictionHard: { "memory.available": "200Mi" },
      systemReserved: { cpu: "500m" },
      shutdownGracePeriodByPodPriority: [{ priority: 0, shutdownGracePeriodSeconds: 10 }],
      registerWithTaints: [{ key: "a", value: "b", effect: "NoSchedule" }],
      memorySwap: { swapBehavior: "LimitedSwap" },
      featureGates: { Some: false, Other: true },
      serializeImagePulls: false,
      imageGCHighThresholdPercent: 0,
      cpuCFSQuotaPeriod: "50ms",
      staticPodURLHeader: { X: ["1", "2"] },
      logging: { format: "json", flushFrequency: "5s", verbosity: 3, vmodule: [{ filePattern: "a", verbosity: 9 }] },
    };
    const issues: unknown[] = [];
    const decoded = kubeletConfiguration.decode(fields, "", (issue) => issues.push(issue));
    expect(issues).toEqual([]);
    const printed = parseYaml(printKubeletConfiguration(decoded)) as Record<string, unknown>;
    expect(printed).toMatchObject({
      ...fields,
      apiVersion: "kubelet.config.k8s.io/v1beta1",
      kind: "KubeletConfiguration",
    });
    expect(kubeletConfiguration.decode(printed, "", (issue) => issues.push(issue))).toEqual(decoded);
    expect(issues).toEqual([]);
  });

  it("is completed from the cluster's configuration, but for what the user chose", () => {
    const parsed = withKubelet(
      "clusterDNS: [10.0.0.53]\ncgroupDriver: cgroupfs\nauthentication: { anonymous: { enabled: true } }\n",
    );
    expect(parsed.kind === "ok" && parsed.value.kubelet).toMatchObject({
      clusterDNS: ["10.0.0.53"],
      cgroupDriver: "cgroupfs",
      clusterDomain: "cluster.local",
      authentication: {
        anonymous: { enabled: true },
        webhook: { enabled: true },
        x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" },
      },
      authorization: { mode: "Webhook" },
      rotateCertificates: true,
      healthzPort: 10248,
    });
    expect(initWith({ certificatesDir: "/pki" }).kubelet.authentication.x509.clientCAFile).toBe("/pki/ca.crt");
  });

  it("warns where a user departs from what kubeadm sets, and says nothing otherwise", () => {
    expect(warningsOf("maxPods: 50\ncgroupDriver: cgroupfs\nclusterDomain: cluster.local\n")).toEqual([]);
    expect(
      warningsOf("clusterDNS: [10.0.0.53]\nrotateCertificates: false\nreadOnlyPort: 10255\nhealthzPort: 1\n"),
    ).toEqual([
      "KubeletConfiguration.clusterDNS: 10.96.0.10 is recommended, not 10.0.0.53",
      "KubeletConfiguration.healthzPort: 10248 is recommended, not 1",
      "KubeletConfiguration.rotateCertificates: is always true",
      "KubeletConfiguration.readOnlyPort: opens the kubelet to everybody without authentication",
    ]);
  });

  it("names unknown fields and wrong types with their path", () => {
    expect(warningsOf("maxpods: 5\n")).toEqual(["KubeletConfiguration.maxpods: unknown field; did you mean maxPods"]);
    expect(warningsOf("maxPods: many\n")).toEqual([
      'invalid: KubeletConfiguration.maxPods: "many" is not a whole number',
    ]);
  });
});
