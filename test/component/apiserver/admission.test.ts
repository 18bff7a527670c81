import type { ClientHttp2Session } from "node:http2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Call, callsOver, sessionOf } from "./calls.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";
import { makeCsr } from "./pki.ts";

let plane: ControlPlane;
let session: ClientHttp2Session;
let call: Call;
const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
const classes = "/apis/storage.k8s.io/v1/storageclasses";
const pods = "/api/v1/namespaces/default/pods";
const priorities = "/apis/scheduling.k8s.io/v1/priorityclasses";
const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

beforeAll(async () => {
  plane = await startControlPlane();
  session = sessionOf(plane);
  call = callsOver(session);
  await call("POST", "/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
});
afterAll(async () => {
  session?.destroy();
  await plane?.stop();
});

/** Makes what plugins find in the watch cache, and reads it back: a read waits until the cache has it. */
async function known(path: string, object: { metadata: { name: string }; [field: string]: unknown }): Promise<void> {
  await call("POST", path, object);
  expect((await call("GET", `${path}/${object.metadata.name}`)).status).toBe(200);
}

const claim = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
});
const storageClass = (name: string, isDefault: boolean) => ({
  metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) } },
  provisioner: "example.com/disks",
});
const pod = (name: string, spec: object = {}, resources: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: "a", image: "x", resources }], ...spec },
});

test("DefaultStorageClass: claims without a class get the default one; those with one, even none, keep it", async () => {
  expect((await call("POST", claims, claim("early"))).json().spec.storageClassName).toBeUndefined();
  await known(classes, storageClass("plain", false));
  await known(classes, storageClass("gold", true));
  expect((await call("POST", claims, claim("late"))).json().spec.storageClassName).toBe("gold");
  expect((await call("POST", claims, claim("named", { storageClassName: "plain" }))).json().spec.storageClassName).toBe(
    "plain",
  );
  expect((await call("POST", claims, claim("none", { storageClassName: "" }))).json().spec.storageClassName).toBe("");
});

test("StorageObjectInUseProtection: claims and volumes are born with their finalizers", async () => {
  expect((await call("GET", `${claims}/late`)).json().metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
  const spec = { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, hostPath: { path: "/d" } };
  const volume = await call("POST", "/api/v1/persistentvolumes", { metadata: { name: "v" }, spec });
  expect(volume.json().metadata.finalizers).toEqual(["kubernetes.io/pv-protection"]);
  await call("DELETE", `${claims}/late`);
  expect((await call("GET", `${claims}/late`)).json().metadata.deletionTimestamp).toBeDefined();
});

test("Priority: the class's number is written into the pod, its own is refused, one default at most", async () => {
  await known(priorities, { metadata: { name: "high" }, value: 1000, preemptionPolicy: "Never" });
  const high = await call("POST", pods, pod("high", { priorityClassName: "high" }));
  expect(high.json().spec).toMatchObject({ priority: 1000, preemptionPolicy: "Never" });
  expect((await call("POST", pods, pod("plain"))).json().spec.priority).toBe(0);
  expect((await call("POST", pods, pod("cheat", { priority: 5 }))).status).toBe(403);
  expect((await call("POST", pods, pod("wrong", { priorityClassName: "absent" }))).json().message).toContain(
    "no PriorityClass with name absent was found",
  );
  const system = await call("POST", pods, pod("system", { priorityClassName: "system-node-critical" }));
  expect(system.json().spec.priority).toBe(2_000_001_000);
  await known(priorities, { metadata: { name: "usual" }, value: 10, globalDefault: true });
  expect((await call("POST", pods, pod("usual"))).json().spec).toMatchObject({
    priority: 10,
    priorityClassName: "usual",
  });
  const second = await call("POST", priorities, { metadata: { name: "second" }, value: 20, globalDefault: true });
  expect(second.status).toBe(403);
});

test("TaintNodesByCondition: new nodes are tainted; pods with requests tolerate pressure of memory", async () => {
  const node = await call("POST", "/api/v1/nodes", { metadata: { name: "n1" } });
  expect(node.json().spec.taints).toEqual([{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }]);
  const tolerated = async (name: string, resources: object) =>
    (await call("POST", pods, pod(name, {}, resources))).json().spec.tolerations.map(({ key }: { key: string }) => key);
  expect(await tolerated("burstable", { requests: { cpu: "1m" } })).toContain("node.kubernetes.io/memory-pressure");
  expect(await tolerated("best-effort", {})).not.toContain("node.kubernetes.io/memory-pressure");
});

test("CertificateSubjectRestriction: nobody asks to be a member of system:masters", async () => {
  const asked = (name: string, subject: string, signerName: string) =>
    call("POST", requests, {
      metadata: { name },
      spec: { request: makeCsr(plane.dir, name, subject), signerName, usages: ["client auth"] },
    });
  const signer = "kubernetes.io/kube-apiserver-client";
  const refused = await asked("masters", "/O=system:masters/CN=eve", signer);
  expect(refused.status).toBe(403);
  expect(refused.json().message).toContain(
    "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed",
  );
  expect((await asked("devs", "/O=devs/CN=eve", signer)).status).toBe(201);
  expect((await asked("others", "/O=system:masters/CN=eve", "example.com/own")).status).toBe(201);
});
