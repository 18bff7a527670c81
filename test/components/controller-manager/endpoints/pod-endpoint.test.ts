import { expect, test } from "vitest";
import { endpointOf, resolvePorts } from "../../../../src/components/controller-manager/endpoints/pod-endpoint.ts";
import { wantedSlices } from "../../../../src/components/controller-manager/endpoints/wanted-slices.ts";
import type { Service, ServiceSpec } from "../../../../src/kube/kinds/service.ts";
import { deleted, notReady, podWith } from "../pod.ts";

const service = (spec: ServiceSpec = {}): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "x" },
  spec: { ports: [{ port: 80, targetPort: "http" }], ...spec },
});
const named = podWith({ spec: { containers: [{ name: "c", ports: [{ name: "http", containerPort: 8080 }] }] } });

test.each([
  ["a running pod", podWith(), {}, { ready: true, serving: true, terminating: false }],
  ["one that is not ready", podWith({ status: notReady }), {}, { ready: false, serving: false, terminating: false }],
  [
    "one that goes still serves",
    podWith({ metadata: deleted }),
    {},
    { ready: false, serving: true, terminating: true },
  ],
  [
    "published although not ready",
    podWith({ status: notReady }),
    { publishNotReadyAddresses: true },
    { ready: true, serving: false, terminating: false },
  ],
])("%s", (_, pod, spec, conditions) => {
  expect(endpointOf(pod, service(spec), { address: "10.0.0.1", node: undefined }).conditions).toEqual(conditions);
});

test("a pod's own host name stands in the endpoint where the service is its subdomain", () => {
  const pod = podWith({ spec: { hostname: "db-0", subdomain: "web" } });
  expect(endpointOf(pod, service(), { address: "10.0.0.1", node: undefined }).hostname).toBe("db-0");
});

test.each([
  ["by name", [{ port: 80, targetPort: "http" }], [{ name: "", protocol: "TCP", port: 8080 }]],
  ["by number", [{ name: "a", port: 80, targetPort: 9000 }], [{ name: "a", protocol: "TCP", port: 9000 }]],
  ["the service's own", [{ port: 80 }], [{ name: "", protocol: "TCP", port: 80 }]],
  ["a name that the pod lacks", [{ port: 80, targetPort: "other" }], []],
])("a target port %s", (_, ports, expected) => {
  expect(resolvePorts(service({ ports }), named)).toEqual(expected);
});

test("pods with different port numbers are kept apart; both families get slices", () => {
  const other = podWith({
    metadata: { name: "q" },
    spec: { containers: [{ name: "c", ports: [{ name: "http", containerPort: 9090 }] }] },
    status: { podIPs: [{ ip: "10.0.0.2" }, { ip: "fd00::2" }] },
  });
  const wanted = wantedSlices(service({ ipFamilies: ["IPv4", "IPv6"] }), [named, other], () => undefined);
  expect(
    wanted.map(({ family, ports, endpoints }) => [
      family,
      ports[0]?.port,
      endpoints.flatMap(({ addresses }) => addresses),
    ]),
  ).toEqual([
    ["IPv4", 8080, ["10.0.0.1"]],
    ["IPv4", 9090, ["10.0.0.2"]],
    ["IPv6", 9090, ["fd00::2"]],
  ]);
});
