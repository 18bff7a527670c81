import { describe, expect, test } from "vitest";
import { hostNetworkHostsFile, podHostsFile } from "../../../src/kubelet/network/hosts-file.ts";
import { dnsEvents, parseResolvConf, podDns } from "../../../src/kubelet/network/pod-dns.ts";
import { podHostname } from "../../../src/kubelet/network/pod-hostname.ts";
import { pod } from "../sample.ts";

const cluster = { servers: ["10.96.0.10"], domain: "cluster.local" };
const host = parseResolvConf("# a comment\nnameserver 192.0.2.53\nsearch lan. example.test\noptions timeout:1\n");

test("resolv.conf is read", () => {
  expect(host).toEqual({ servers: ["192.0.2.53"], searches: ["lan", "example.test"], options: ["timeout:1"] });
});

const clusterSearches = ["default.svc.cluster.local", "svc.cluster.local", "cluster.local", "lan", "example.test"];

describe("dnsPolicy", () => {
  test.each([
    ["ClusterFirst", false, { servers: ["10.96.0.10"], searches: clusterSearches, options: ["ndots:5"] }],
    ["ClusterFirst", true, host],
    ["ClusterFirstWithHostNet", true, { servers: ["10.96.0.10"], searches: clusterSearches, options: ["ndots:5"] }],
    ["Default", false, host],
    ["None", false, { servers: [], searches: [], options: [] }],
  ] as const)("%s, host network %s", (dnsPolicy, hostNetwork, expected) => {
    expect(podDns(pod({ dnsPolicy, hostNetwork }), cluster, host)).toEqual(expected);
  });

  test("dnsConfig adds servers and searches, and wins over options of its names", () => {
    const dnsConfig = {
      nameservers: ["1.1.1.1"],
      searches: ["own"],
      options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
    };
    expect(podDns(pod({ dnsConfig }), cluster, host)).toEqual({
      servers: ["10.96.0.10", "1.1.1.1"],
      searches: [...clusterSearches, "own"],
      options: ["ndots:2", "edns0"],
    });
  });

  test("more than three servers are cut", () => {
    const dnsConfig = { nameservers: ["1.1.1.1", "2.2.2.2", "3.3.3.3"] };
    expect(podDns(pod({ dnsConfig }), cluster, host).servers).toEqual(["10.96.0.10", "1.1.1.1", "2.2.2.2"]);
  });

  test("without a cluster DNS the host's resolver is used", () => {
    expect(podDns(pod(), { servers: [], domain: "" }, host)).toEqual(host);
  });
});

test.each<[string, Parameters<typeof pod>[0], typeof cluster, string[]]>([
  ["all as asked for", {}, cluster, []],
  ["no DNS of the cluster", {}, { servers: [], domain: "" }, ["MissingClusterDNS"]],
  ["none, and none asked for", { dnsPolicy: "Default" }, { servers: [], domain: "" }, []],
  [
    "too many servers",
    { dnsConfig: { nameservers: ["1.1.1.1", "2.2.2.2", "3.3.3.3"] } },
    cluster,
    ["DNSConfigForming"],
  ],
  [
    ...(["too many search paths"] as const),
    { dnsConfig: { searches: Array.from({ length: 30 }, (_, index) => `s${index}.test`) } },
    ...([cluster, ["DNSConfigForming"]] as [typeof cluster, string[]]),
  ],
])("events of a pod's resolver: %s", (_, spec, clusterDns, reasons) => {
  expect(dnsEvents(pod(spec), clusterDns, host).map(({ reason }) => reason)).toEqual(reasons);
});

test.each([
  [{}, { hostname: "web", domain: "" }],
  [
    { hostname: "h", subdomain: "sub" },
    { hostname: "h", domain: "sub.default.svc.cluster.local" },
  ],
  [
    { hostname: "h", subdomain: "sub", setHostnameAsFQDN: true },
    { hostname: "h.sub.default.svc.cluster.local", domain: "sub.default.svc.cluster.local" },
  ],
])("the host name of %o", (spec, expected) => {
  expect(podHostname(pod(spec), "cluster.local")).toEqual(expected);
});

test("a long name is cut to 63 characters without a dash at its end", () => {
  const name = `${"a".repeat(62)}-${"b".repeat(20)}`;
  expect(podHostname(pod({}, { name }), "").hostname).toBe("a".repeat(62));
});

test("the hosts file names the pod and its aliases", () => {
  const aliased = pod({ hostAliases: [{ ip: "192.0.2.9", hostnames: ["x", "y"] }] });
  const text = podHostsFile(aliased, ["10.0.0.1"], { hostname: "h", domain: "sub.ns.svc" });
  expect(text).toContain("10.0.0.1\th.sub.ns.svc\th\n");
  expect(text).toContain("\n# Entries added by HostAliases.\n192.0.2.9\tx\ty\n");
  expect(hostNetworkHostsFile(pod(), "127.0.0.1 localhost\n")).toBe(
    "# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n",
  );
});
