import type { ClientHttp2Session } from "node:http2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Call, callsOver, sessionOf } from "./calls.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";
import { inEtcd } from "./in-etcd.ts";

let plane: ControlPlane;
let session: ClientHttp2Session;
let call: Call;
const services = "/api/v1/namespaces/default/services";
const addresses = "/apis/networking.k8s.io/v1/ipaddresses";
const merge = { "content-type": "application/merge-patch+json" };
const ports = [{ port: 80 }];
// addresses that are named here are 10.96.0.x: nobody is given one of the first 256 by chance
const selector = { app: "x" };

beforeAll(async () => {
  plane = await startControlPlane({ extraFlags: ["--service-cluster-ip-range=10.96.0.0/16,fd00:96::/108"] });
  session = sessionOf(plane);
  call = callsOver(session);
});
afterAll(async () => {
  session?.destroy();
  await plane?.stop();
});

const created = async (name: string, spec: object) =>
  (await call("POST", services, { metadata: { name }, spec: { ports, selector, ...spec } })).json();
const heldBy = async (name: string) =>
  (await call("GET", addresses))
    .json()
    .items.filter((one: { spec: { parentRef: { name: string } } }) => one.spec.parentRef.name === name).length;

test("two service networks: one family unless a service asks for two", async () => {
  const { spec } = await created("plain", {});
  expect(spec).toMatchObject({ ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack", clusterIPs: [spec.clusterIP] });
  const both = (await created("both", { ipFamilyPolicy: "RequireDualStack", ipFamilies: ["IPv6", "IPv4"] })).spec;
  expect(both.clusterIPs[0]).toMatch(/^fd00:96::/);
  expect(both.clusterIPs[1]).toMatch(/^10\.96\./);
  expect(both.clusterIP).toBe(both.clusterIPs[0]);
  expect(await heldBy("both")).toBe(2);
  expect((await call("GET", "/apis/networking.k8s.io/v1/servicecidrs/kubernetes")).json().spec.cidrs).toEqual([
    "10.96.0.0/16",
    "fd00:96::/108",
  ]);
});

test("a service gets its second address, and gives it back", async () => {
  const before = (await created("grows", { clusterIP: "10.96.0.66" })).spec;
  const grown = (
    await call("PATCH", `${services}/grows`, { spec: { ipFamilyPolicy: "PreferDualStack" } }, merge)
  ).json().spec;
  expect(grown.clusterIPs).toEqual([before.clusterIP, expect.stringMatching(/^fd00:96::/)]);
  expect(await heldBy("grows")).toBe(2);
  const shrunk = (await call("PATCH", `${services}/grows`, { spec: { ipFamilyPolicy: "SingleStack" } }, merge)).json()
    .spec;
  expect(shrunk).toMatchObject({ clusterIPs: [before.clusterIP], ipFamilies: ["IPv4"] });
  expect(await heldBy("grows")).toBe(1);
  const moved = await call(
    "PATCH",
    `${services}/grows`,
    { spec: { clusterIP: "10.96.0.77", clusterIPs: ["10.96.0.77"] } },
    merge,
  );
  expect(moved.status).toBe(422);
});

test("a load balancer for local endpoints has a port for health checks; a PUT without ports' numbers keeps them", async () => {
  const made = await created("lb", {
    type: "LoadBalancer",
    externalTrafficPolicy: "Local",
    ports: [{ name: "a", port: 80 }],
  });
  const { healthCheckNodePort, ports: given } = made.spec;
  expect(healthCheckNodePort).toBeGreaterThanOrEqual(30_000);
  const put = { ...made, spec: { ...made.spec, ports: [{ name: "a", port: 81 }] } };
  const after = (await call("PUT", `${services}/lb`, put)).json().spec;
  expect(after.ports[0]).toMatchObject({ port: 81, nodePort: given[0].nodePort });
  const plain = (await call("PATCH", `${services}/lb`, { spec: { externalTrafficPolicy: "Cluster" } }, merge)).json()
    .spec;
  expect(plain.healthCheckNodePort).toBeUndefined();
  expect(
    (await created("taker", { type: "NodePort", ports: [{ port: 80, nodePort: healthCheckNodePort }] })).spec,
  ).toBeDefined();
});

test("at its start the server mends what a crash or an old backup left apart", async () => {
  const lost = (await created("lost", { type: "NodePort" })).spec;
  const nodePort = lost.ports[0].nodePort;
  await call("DELETE", `${addresses}/${lost.clusterIP}`);
  const orphan = {
    apiVersion: "networking.k8s.io/v1",
    kind: "IPAddress",
    metadata: { name: "10.96.0.200", labels: ours, creationTimestamp: "2020-01-01T00:00:00Z" },
    spec: { parentRef: { resource: "services", namespace: "default", name: "gone" } },
  };
  await plane.stopApiServer();
  await inEtcd(plane, async (etcd) => {
    await etcd.put(Buffer.from("/registry/ipaddresses/10.96.0.200"), Buffer.from(JSON.stringify(orphan)), {
      expected: 0,
    });
    const key = Buffer.from("/registry/ranges/servicenodeports");
    const [kv] = (await etcd.range(key)).kvs;
    await etcd.delete(key, kv?.mod_revision ?? 0);
  });
  await plane.startApiServer();
  session.destroy();
  session = sessionOf(plane);
  call = callsOver(session);
  expect((await call("GET", `${addresses}/${lost.clusterIP}`)).json().spec.parentRef.name).toBe("lost");
  expect((await call("GET", `${addresses}/10.96.0.200`)).status).toBe(404);
  const refused = await call("POST", services, {
    metadata: { name: "thief" },
    spec: { type: "NodePort", ports: [{ port: 80, nodePort }] },
  });
  expect(refused.status).toBe(422);
  expect(refused.json().message).toContain("provided port is already allocated");
});

const ours = { "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io" };
