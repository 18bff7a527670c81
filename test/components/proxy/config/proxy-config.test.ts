import { describe, expect, it } from "vitest";
import { conntrackSettings, conntrackSysctls } from "../../../../src/components/proxy/config/conntrack-settings.ts";
import { proxyConfig } from "../../../../src/components/proxy/config/proxy-config.ts";

const least = {
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  clientConnection: { kubeconfig: "/k" },
};
const unset = { tcpBeLiberal: false, udpTimeout: "0s", udpStreamTimeout: "0s" };

describe("kube-proxy's configuration", () => {
  it("has upstream's defaults where nothing is said", () => {
    expect(proxyConfig({ ...least, clusterCIDR: "10.244.0.0/16,fd00::/64" }, "w1")).toMatchObject({
      nodeName: "w1",
      localTraffic: { kind: "cidrs", cidrs: ["10.244.0.0/16", "fd00::/64"] },
      masqueradeMark: "0x4000",
      syncPeriodMs: 30_000,
      healthz: { host: "0.0.0.0", port: 10256 },
      metrics: { host: "127.0.0.1", port: 10249 },
      nodePorts: { kind: "primary" },
      oomScoreAdj: -999,
    });
  });

  it("takes addresses with and without port, of both families", () => {
    const given = { ...least, healthzBindAddress: "10.0.0.1", metricsBindAddress: "[::1]:99" };
    expect(proxyConfig(given, "w1")).toMatchObject({
      healthz: { host: "10.0.0.1", port: 10256 },
      metrics: { host: "::1", port: 99 },
    });
  });

  it.each([
    [{ mode: "iptables" }, /mode: iptables .* nftables/],
    [{ mode: "ipvs" }, /mode: ipvs .* nftables/],
    [{ detectLocalMode: "Guess" }, /detectLocalMode: Guess/],
    [{ detectLocalMode: "BridgeInterface" }, /detectLocal.bridgeInterface/],
    [{ featureGates: { Strange: true } }, /featureGates.Strange/],
    [{ nftables: { masqueradeBit: 40 } }, /masqueradeBit: 40/],
    [{ noSuchField: 1 }, /noSuchField/],
    [{ kind: "Other" }, /KubeProxyConfiguration is wanted/],
  ])("refuses %j by name", (wrong, message) => {
    expect(() => proxyConfig({ ...least, ...wrong }, "w1")).toThrow(message);
  });
});

describe("conntrack's settings", () => {
  it("grow with the cores, and are never below the least", () => {
    const max = (cores: number) =>
      conntrackSysctls(
        conntrackSettings({
          ...unset,
          maxPerCore: undefined,
          min: undefined,
          tcpEstablishedTimeout: undefined,
          tcpCloseWaitTimeout: undefined,
        }),
        cores,
      )[0];
    expect(max(2)).toEqual({ path: "net/netfilter/nf_conntrack_max", value: 131_072, isLeast: true });
    expect(max(8)?.value).toBe(262_144);
  });

  it("leave the kernel alone where 0 is asked for", () => {
    const none = conntrackSettings({
      ...unset,
      maxPerCore: 0,
      min: undefined,
      tcpEstablishedTimeout: "0s",
      tcpCloseWaitTimeout: "0s",
    });
    expect(conntrackSysctls(none, 4)).toEqual([]);
  });
});
