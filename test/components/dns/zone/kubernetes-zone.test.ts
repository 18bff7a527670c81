import { describe, expect, it } from "vitest";
import { answerFromZone, type ZoneOptions } from "../../../../src/components/dns/zone/kubernetes-zone.ts";
import { serviceIndex } from "../../../../src/components/dns/zone/service-index.ts";

const options: ZoneOptions = {
  domain: "cluster.local",
  reverseZones: ["in-addr.arpa", "ip6.arpa"],
  ttl: 30,
  pods: "insecure",
  fallthrough: ["in-addr.arpa", "ip6.arpa"],
};
const of = (name: string) => ({ namespace: "default", name });
const sliceOf = (service: string) => ({
  namespace: "default",
  name: `${service}-1`,
  labels: { "kubernetes.io/service-name": service },
});
const index = serviceIndex(
  [
    {
      metadata: of("web"),
      spec: { clusterIP: "10.96.0.10", clusterIPs: ["10.96.0.10"], ports: [{ name: "http", port: 80 }] },
    },
    { metadata: of("db"), spec: { clusterIP: "None", clusterIPs: ["None"], ports: [{ name: "sql", port: 5432 }] } },
    { metadata: of("away"), spec: { type: "ExternalName", externalName: "example.org." } },
    { metadata: of("empty"), spec: { clusterIP: "None", clusterIPs: ["None"] } },
  ],
  [
    {
      metadata: sliceOf("db"),
      addressType: "IPv4",
      ports: [{ name: "sql", protocol: "TCP", port: 5432 }],
      endpoints: [
        { addresses: ["10.244.1.2"], hostname: "db-0", conditions: { ready: true } },
        { addresses: ["10.244.1.3"], conditions: { ready: true } },
        { addresses: ["10.244.1.4"], conditions: { ready: false } },
      ],
    },
  ],
  [{ metadata: { name: "default" } }],
);

function ask(name: string, type = "A") {
  const answer = answerFromZone({ name, type, protocol: "udp" }, index, options);
  if (answer.kind !== "reply") return answer;
  return { rcode: answer.reply.rcode, data: answer.reply.answers.map((one) => ("data" in one ? one.data : undefined)) };
}

describe("the cluster's zone", () => {
  it.each([
    ["web.default.svc.cluster.local", "A", "NOERROR", ["10.96.0.10"]],
    ["web.default.svc.cluster.local", "AAAA", "NOERROR", []],
    ["db.default.svc.cluster.local", "A", "NOERROR", ["10.244.1.2", "10.244.1.3"]],
    ["db-0.db.default.svc.cluster.local", "A", "NOERROR", ["10.244.1.2"]],
    ["10-244-1-3.db.default.svc.cluster.local", "A", "NOERROR", ["10.244.1.3"]],
    ["10-244-1-9.default.pod.cluster.local", "A", "NOERROR", ["10.244.1.9"]],
    ["dns-version.cluster.local", "TXT", "NOERROR", ["1.1.0"]],
    ["default.svc.cluster.local", "A", "NOERROR", []],
    ["web.other.svc.cluster.local", "A", "NXDOMAIN", []],
    ["nothing.default.svc.cluster.local", "A", "NXDOMAIN", []],
    ["empty.default.svc.cluster.local", "A", "NXDOMAIN", []],
    ["10.0.96.10.in-addr.arpa", "PTR", "NOERROR", ["web.default.svc.cluster.local"]],
    ["10.0.96.10.in-addr.arpa", "A", "NOERROR", []],
    ["10.0.244.10.in-addr.arpa", "PTR", "next", []],
    ["2.1.244.10.in-addr.arpa", "PTR", "NOERROR", ["db-0.db.default.svc.cluster.local"]],
  ])("answers %s %s by %s %j", (name, type, rcode, data) => {
    expect(ask(name, type)).toEqual(rcode === "next" ? { kind: "next" } : { rcode, data });
  });

  it("gives servers with ports, and their addresses beside them", () => {
    const answer = answerFromZone(
      { name: "_sql._tcp.db.default.svc.cluster.local", type: "SRV", protocol: "udp" },
      index,
      options,
    );
    expect(answer).toMatchObject({
      kind: "reply",
      reply: {
        answers: [
          { type: "SRV", data: { priority: 0, weight: 50, port: 5432, target: "db-0.db.default.svc.cluster.local" } },
          { type: "SRV", data: { port: 5432, target: "10-244-1-3.db.default.svc.cluster.local" } },
        ],
        additionals: [
          { type: "A", data: "10.244.1.2" },
          { type: "A", data: "10.244.1.3" },
        ],
      },
    });
  });

  it("turns an ExternalName into an alias", () => {
    expect(ask("away.default.svc.cluster.local")).toMatchObject({ kind: "alias", target: "example.org" });
  });

  it("leaves names outside to the next plugin", () => {
    expect(ask("example.org")).toEqual({ kind: "next" });
  });
});
