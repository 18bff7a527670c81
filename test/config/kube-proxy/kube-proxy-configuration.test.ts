import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/base/yaml.ts";
import { kubeProxyConfiguration } from "../../../src/config/kube-proxy/kube-proxy-configuration.ts";
import { defaultKubeProxyConfiguration } from "../../../src/config/kube-proxy/kube-proxy-defaults.ts";
import { printKubeProxyConfiguration } from "../../../src/config/kube-proxy/print-kube-proxy-configuration.ts";

const decode = (fields: unknown) =>
  kubeProxyConfiguration.decode(fields, "", (issue) => expect.unreachable(JSON.stringify(issue)));
const cluster = { podSubnet: "10.244.0.0/16,fd01::/48", advertiseAddress: "10.0.0.1" };

describe("KubeProxyConfiguration", () => {
  it("keeps what a user sets, tells 0 from nothing, and prints every field", () => {
    const decoded = decode({
      mode: "nftables",
      conntrack: { maxPerCore: 0 },
      nodePortAddresses: ["primary"],
      featureGates: { A: true },
    });
    const printed = parseYaml(printKubeProxyConfiguration(decoded)) as Record<string, unknown>;
    expect(printed).toMatchObject({
      mode: "nftables",
      conntrack: { maxPerCore: 0, min: null, udpTimeout: "0s" },
      nodePortAddresses: ["primary"],
      oomScoreAdj: null,
      featureGates: { A: true },
    });
    expect(decode(printed)).toEqual(decoded);
  });

  it("takes addresses and kubeconfig from the cluster unless the user chose", () => {
    expect(defaultKubeProxyConfiguration(decode({}), cluster)).toMatchObject({
      bindAddress: "0.0.0.0",
      clusterCIDR: "10.244.0.0/16,fd01::/48",
      clientConnection: { kubeconfig: "/var/lib/kube-proxy/kubeconfig.conf" },
    });
    expect(defaultKubeProxyConfiguration(decode({}), { ...cluster, advertiseAddress: "fd00::1" }).bindAddress).toBe(
      "::",
    );
    const chosen = {
      bindAddress: "10.0.0.1",
      clusterCIDR: "10.1.0.0/16",
      clientConnection: { kubeconfig: "/k", qps: 5 },
    };
    expect(defaultKubeProxyConfiguration(decode(chosen), cluster)).toMatchObject(chosen);
  });
});
