import type { ClientHttp2Session } from "node:http2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Call, callsOver, sessionAs, sessionOf } from "./calls.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";

let plane: ControlPlane;
let session: ClientHttp2Session;
let call: Call;
const configMaps = "/api/v1/namespaces/default/configmaps";
const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
const merge = { "content-type": "application/merge-patch+json" };
const bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
/** RBAC looks into the watch cache: a read waits until that has the binding, and so the role made before it. */
const isInForce = async (binding: string) => expect((await call("GET", `${bindings}/${binding}`)).status).toBe(200);
const twice = (name: string) => `{"metadata":{"name":"${name}"},"data":{"a":"1","a":"2"},"dat":{}}`;

beforeAll(async () => {
  plane = await startControlPlane();
  session = sessionOf(plane);
  call = callsOver(session);
});
afterAll(async () => {
  session?.destroy();
  await plane?.stop();
});

test("fields that stand twice are refused, told or let be, as the client wants it", async () => {
  const strict = await call("POST", `${configMaps}?fieldValidation=Strict`, twice("strict"));
  expect(strict.status).toBe(400);
  expect(strict.json().message).toBe(
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a", unknown field "dat"',
  );
  const warned = await call("POST", configMaps, twice("warned"));
  expect(warned).toMatchObject({ status: 201 });
  expect(warned.headers.warning).toContain('duplicate field \\"data.a\\"');
  expect(warned.json().data).toEqual({ a: "2" });
  const ignored = await call("POST", `${configMaps}?fieldValidation=Ignore`, twice("ignored"));
  expect(ignored.status).toBe(201);
  expect(ignored.headers.warning).toBeUndefined();
  const patched = await call(
    "PATCH",
    `${configMaps}/warned?fieldValidation=Strict`,
    '{"data":{"b":"1","b":"2"}}',
    merge,
  );
  expect(patched.status).toBe(400);
  const applied = await call("PATCH", `${configMaps}/warned?fieldManager=t&force=true`, twice("warned"), {
    "content-type": "application/apply-patch+yaml",
  });
  expect(applied.headers.warning).toContain("duplicate field");
});

test("a PUT makes what its kind lets it make, and needs the version where its kind asks for it", async () => {
  const lease = { metadata: { name: "l" }, spec: { holderIdentity: "me" } };
  expect((await call("PUT", `${leases}/l`, lease)).status).toBe(201);
  const blind = await call("PUT", `${leases}/l`, lease);
  expect(blind.status).toBe(422);
  expect(blind.json().message).toBe(
    'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  );
  const { metadata } = (await call("GET", `${leases}/l`)).json();
  expect((await call("PUT", `${leases}/l`, { ...lease, metadata })).status).toBe(200);
  expect((await call("PUT", `${configMaps}/absent`, { metadata: { name: "absent" } })).status).toBe(404);
  await call("POST", configMaps, { metadata: { name: "there" } });
  expect((await call("PUT", `${configMaps}/there`, { metadata: { name: "there" } })).status).toBe(200);
});

test("whoever may only change does not make by changing", async () => {
  await plane.kubectl("create", "clusterrole", "lease-updater", "--verb=update,patch", "--resource=leases");
  await plane.kubectl("create", "clusterrolebinding", "lease-updater", "--clusterrole=lease-updater", "--user=updater");
  await isInForce("lease-updater");
  const own = sessionAs(plane, "updater", "/CN=updater");
  const refused = await callsOver(own)("PUT", `${leases}/mine`, { metadata: { name: "mine" } });
  own.destroy();
  expect(refused.status).toBe(403);
  expect(refused.json().message).toContain('cannot create resource "leases"');
});

test("what can't be shown as the client wants it is 406", async () => {
  const answer = await call("GET", configMaps, undefined, { accept: "text/html" });
  expect(answer.status).toBe(406);
  expect(answer.json()).toMatchObject({ reason: "NotAcceptable", code: 406 });
  const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
  expect((await call("GET", configMaps, undefined, { accept: `text/html, ${table}` })).json().kind).toBe("Table");
});

test("list options that don't go together are refused", async () => {
  const answer = await call("GET", `${configMaps}?watch=true&sendInitialEvents=true`);
  expect(answer.status).toBe(422);
  expect(answer.json().message).toContain("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
});

test("a quota holds for what becomes of objects, not only for new ones", async () => {
  const quotas = "/api/v1/namespaces/default/resourcequotas";
  const hard = { "services.nodeports": "1", "requests.storage": "2Gi" };
  await call("POST", quotas, { metadata: { name: "q" }, spec: { hard } });
  const used = { "services.nodeports": "0", "requests.storage": "0" };
  await call("PATCH", `${quotas}/q/status`, { status: { hard, used } }, merge);
  // admission looks into the watch cache: a read waits until that has the status
  expect((await call("GET", `${quotas}/q`)).json().status.used).toEqual(used);
  const services = "/api/v1/namespaces/default/services";
  for (const name of ["one", "two"])
    await call("POST", services, { metadata: { name }, spec: { ports: [{ port: 80 }] } });
  expect((await call("PATCH", `${services}/one`, { spec: { type: "NodePort" } }, merge)).status).toBe(200);
  const over = await call("PATCH", `${services}/two`, { spec: { type: "NodePort" } }, merge);
  expect(over.status).toBe(403);
  expect(over.json().message).toBe(
    'services "two" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1',
  );
  expect((await call("PATCH", `${services}/one`, { spec: { type: "ClusterIP" } }, merge)).status).toBe(200);
  expect((await call("GET", `${quotas}/q`)).json().status.used["services.nodeports"]).toBe("0");
  expect((await call("PATCH", `${services}/two`, { spec: { type: "NodePort" } }, merge)).status).toBe(200);
});

test("nobody grants more than he has, whatever plugins are off", async () => {
  await plane.kubectl("create", "clusterrole", "role-maker", "--verb=create", "--resource=clusterroles");
  await plane.kubectl("create", "clusterrolebinding", "role-maker", "--clusterrole=role-maker", "--user=maker");
  await isInForce("role-maker");
  const own = sessionAs(plane, "maker", "/CN=maker");
  const rules = [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }];
  const path = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
  const answer = await callsOver(own)("POST", path, { metadata: { name: "all" }, rules });
  own.destroy();
  expect(answer.status).toBe(403);
  expect(answer.json().message).toContain("is attempting to grant RBAC permissions not currently held");
});
