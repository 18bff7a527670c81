/** What becomes of the API server when etcd, or its own certificates, change under it. Each test has a plane of its own; they run side by side. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { callsOver, sessionOf, watching } from "./calls.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";
import { authority, issueClient, issueServer } from "./pki.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";
const withinMs = 60_000;

async function withPlane(work: (plane: ControlPlane) => Promise<void>, etcdMembers = 1): Promise<void> {
  const plane = await startControlPlane({ etcdMembers, extraFlags: ["--request-timeout=5s"] });
  try {
    await work(plane);
  } finally {
    await plane.stop();
  }
}

/** An attempt whose answer was lost may have been carried out: then the next one finds the object there. */
const written = (plane: ControlPlane, name: string) =>
  until(
    () =>
      plane.kubectl("create", "configmap", name, "--request-timeout=5s").then(
        () => true,
        (thrown: { stderr: string }) => thrown.stderr.includes("AlreadyExists") || Promise.reject(thrown),
      ),
    { for: `${name} to be written`, withinMs },
  );

test.concurrent("etcd away for 30 s: nothing is acknowledged, nothing is lost, and watches go on afterwards", async () => {
  await withPlane(async (plane) => {
    const session = sessionOf(plane);
    const call = callsOver(session);
    await plane.kubectl("create", "configmap", "before");
    const { seen } = watching(session, configMaps);
    const pid = plane.apiserverPid();
    await plane.stopEtcd("SIGKILL");
    const awayUntil = performance.now() + 30_000;
    const refused = await call("POST", configMaps, { metadata: { name: "meanwhile" } });
    expect(refused.status).toBeGreaterThanOrEqual(500);
    expect((await call("GET", "/readyz")).status).toBe(500);
    await sleep(Math.max(0, awayUntil - performance.now()));
    await plane.startEtcd();
    await until(async () => (await call("GET", "/readyz")).status === 200, { for: "/readyz", withinMs });
    expect((await call("POST", configMaps, { metadata: { name: "after" } })).status).toBe(201);
    await until(() => seen.includes("ADDED after"), { for: "the old watch to tell the new object", withinMs });
    const names = (await call("GET", configMaps))
      .json()
      .items.map((one: { metadata: { name: string } }) => one.metadata.name);
    expect(names).toEqual(["after", "before"]);
    expect(plane.apiserverPid()).toBe(pid);
    session.destroy();
  });
});

test.concurrent("of three members one may die, whichever it is; with two dead nothing is acknowledged until one is back", async () => {
  await withPlane(async (plane) => {
    const session = sessionOf(plane);
    const { seen } = watching(session, configMaps);
    await written(plane, "by-three");
    // The first is the one in use: the server begins at the head of its list.
    await plane.stopEtcd("SIGKILL", 0);
    await written(plane, "by-two");
    await plane.stopEtcd("SIGKILL", 1);
    const alone = await callsOver(session)("POST", configMaps, { metadata: { name: "by-one" } });
    expect(alone.status).toBeGreaterThanOrEqual(500);
    await plane.startEtcd(0);
    await written(plane, "by-two-again");
    await until(() => seen.includes("ADDED by-two-again"), { for: "the watch to go on", withinMs });
    expect(seen.filter((one) => one.startsWith("ERROR"))).toEqual([]);
    session.destroy();
  }, 3);
});

test.concurrent("renewed certificates come into use without a restart; a pair that does not fit leaves the old one", async () => {
  await withPlane(async (plane) => {
    const { dir } = plane;
    const pid = plane.apiserverPid();
    const before = await servedBy(plane);
    issueServer(dir, "ca", "apiserver");
    const renewed = await until(async () => changedFrom(before, await servedBy(plane)), {
      for: "the new serving certificate",
      withinMs,
    });
    // Another client authority beside the old one.
    authority(dir, "ca2", "/CN=second");
    issueClient(dir, "ca2", "newcomer", "/CN=newcomer/O=system:masters");
    appendFileSync(join(dir, "ca.crt"), readFileSync(join(dir, "ca2.crt")));
    await until(async () => (await statusFor(plane, "newcomer")) === 200, {
      for: "the second client authority",
      withinMs,
    });
    // Another authority of etcd: the old client certificate is worth nothing any more.
    authority(dir, "etcd-ca", "/CN=etcd-ca-2");
    issueServer(dir, "etcd-ca", "etcd");
    issueClient(dir, "etcd-ca", "etcd-client", "/CN=kube-apiserver-etcd-client");
    await plane.stopEtcd("SIGKILL");
    await plane.startEtcd();
    await written(plane, "with-new-etcd-certificates");
    // Half of a pair.
    const complaints = async () => (await plane.log()).split("Changed certificates are not of use").length;
    const heard = await complaints();
    writeFileSync(join(dir, "apiserver.key"), readFileSync(join(dir, "admin.key")));
    await until(async () => (await complaints()) > heard, { for: "the complaint", withinMs });
    expect(await servedBy(plane)).toBe(renewed);
    expect(await statusFor(plane, "admin")).toBe(200);
    expect(plane.apiserverPid()).toBe(pid);
  });
});

function changedFrom(before: string, now: string): string | undefined {
  return now === before ? undefined : now;
}

/** The fingerprint of the certificate that a new connection is shown. */
function servedBy({ server }: ControlPlane): Promise<string> {
  const { port } = new URL(server);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: "127.0.0.1", rejectUnauthorized: false });
    socket.on("secureConnect", () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

async function statusFor(plane: ControlPlane, name: string): Promise<number> {
  const session = sessionOf(plane, name);
  try {
    return (await callsOver(session)("GET", configMaps)).status;
  } finally {
    session.destroy();
  }
}
