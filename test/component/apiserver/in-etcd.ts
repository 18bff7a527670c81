import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EtcdClient } from "../../../src/components/apiserver/etcd/client.ts";
import type { ControlPlane } from "./fixture.ts";

/** Works on a plane's etcd (its first member) past the API server. */
export async function inEtcd(plane: ControlPlane, work: (etcd: EtcdClient) => Promise<void>): Promise<void> {
  const read = (name: string) => readFileSync(join(plane.dir, name));
  const tls = { ca: read("etcd-ca.crt"), cert: read("etcd-client.crt"), key: read("etcd-client.key") };
  const etcd = new EtcdClient([`https://127.0.0.1:${plane.etcdPort}`], () => tls);
  try {
    await work(etcd);
  } finally {
    etcd.channel.close();
  }
}

/** Forgets every revision but the newest. */
export async function compactEverything(etcd: EtcdClient): Promise<void> {
  await etcd.compact((await etcd.range(Buffer.from("\0"))).header.revision);
}
