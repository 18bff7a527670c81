import { describe, expect, it } from "vitest";
import type { EndpointSlice, Service } from "../../../../src/components/proxy/services/objects.ts";
import { servicePorts, usableEndpoints } from "../../../../src/components/proxy/services/service-port.ts";

const here = { node: "w1", family: "ipv4" } as const;
const web: Service = {
  metadata: { namespace: "default", name: "web" },
  spec: { type: "ClusterIP", clusterIP: "10.96.0.10", clusterIPs: ["10.96.0.10"], ports: [{ name: "http", port: 80 }] },
};

function slice(endpoints: NonNullable<EndpointSlice["endpoints"]>): EndpointSlice {
  return { metadata: {}, addressType: "IPv4", ports: [{ name: "http", port: 8080, protocol: "TCP" }], endpoints };
}

describe("service ports", () => {
  it.each([
    ["headless", { clusterIP: "None", clusterIPs: ["None"] }],
    ["ExternalName", { type: "ExternalName" }],
    ["not yet given an address", { clusterIP: "", clusterIPs: [] }],
  ])("leave out a service that is %s", (_, spec) => {
    expect(servicePorts({ ...web, spec: { ...web.spec, ...spec } }, [], here)).toEqual([]);
  });

  it("leave out a service that names another proxy", () => {
    const labels = { "service.kubernetes.io/service-proxy-name": "cilium" };
    expect(servicePorts({ ...web, metadata: { ...web.metadata, labels } }, [], here)).toEqual([]);
  });

  it("join slices, each address once, and know which endpoints are on this node", () => {
    const slices = [
      slice([{ addresses: ["10.244.1.2"], nodeName: "w1" }]),
      slice([
        { addresses: ["10.244.1.2"], nodeName: "w1" },
        { addresses: ["10.244.0.9"], nodeName: "w2" },
      ]),
    ];
    const [port] = servicePorts(web, slices, here);
    expect(port?.endpoints.map(({ address, isLocal }) => [address, isLocal])).toEqual([
      ["10.244.0.9", false],
      ["10.244.1.2", true],
    ]);
  });
});

describe("usable endpoints", () => {
  const endpoint = { address: "10.244.1.2", port: 8080, isLocal: true, ready: true, serving: true, terminating: false };
  const ending = { ...endpoint, address: "10.244.1.3", ready: false, terminating: true };

  it("are the ready ones while there are any", () => {
    expect(usableEndpoints([endpoint, ending], "Cluster")).toEqual([endpoint]);
  });

  it("fall back to those that serve while they terminate", () => {
    expect(usableEndpoints([ending, { ...ending, serving: false }], "Cluster")).toEqual([ending]);
  });

  it("are those of this node under policy Local, even if that leaves none", () => {
    expect(usableEndpoints([{ ...endpoint, isLocal: false }], "Local")).toEqual([]);
  });
});
