import { expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { EtcdClient } from "../../../src/components/apiserver/etcd/client.ts";
import { callsOver, sessionOf, watching } from "./calls.ts";
import { startControlPlane } from "./fixture.ts";
import { compactEverything, inEtcd } from "./in-etcd.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";
const withinMs = 60_000;

test("a compaction that overtakes the server ends its watches with 410, and its caches are read anew", async () => {
  const plane = await startControlPlane();
  try {
    const session = sessionOf(plane);
    await plane.kubectl("create", "configmap", "kept");
    const { seen } = watching(session, configMaps);
    await until(() => seen.includes("ADDED kept"), { for: "the watch", withinMs });
    process.kill(plane.apiserverPid(), "SIGSTOP");
    try {
      await inEtcd(plane, async (etcd) => {
        // More than the stopped server's windows and etcd's queue of 1,024 answers for it can hold.
        await writeMany(etcd, 2_600);
        await compactEverything(etcd);
      });
    } finally {
      process.kill(plane.apiserverPid(), "SIGCONT");
    }
    await until(() => seen.includes("ERROR 410"), { for: "the watch to be told", withinMs });
    const { items } = (await callsOver(session)("GET", configMaps)).json();
    expect(items).toHaveLength(2_601);
    const { seen: anew } = watching(session, configMaps);
    await plane.kubectl("create", "configmap", "later");
    await until(() => anew.includes("ADDED later"), { for: "the new watch", withinMs });
    session.destroy();
  } finally {
    await plane.stop();
  }
});

async function writeMany(etcd: EtcdClient, count: number): Promise<void> {
  const filler = "x".repeat(12_000);
  let index = 0;
  const lane = async () => {
    for (let own = index++; own < count; own = index++) {
      const metadata = { name: `c-${own}`, namespace: "default", uid: `u-${own}` };
      const value = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { filler } };
      const key = Buffer.from(`/registry/configmaps/default/c-${own}`);
      await etcd.put(key, Buffer.from(JSON.stringify(value)), { expected: 0 });
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
}
