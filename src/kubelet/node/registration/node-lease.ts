import { setTimeout as sleep } from "node:timers/promises";
import { timerDelay } from "../../../base/timer-delay.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339Micro } from "../../../kube/rfc3339.ts";
import type { Log } from "../../log.ts";

type Lease = KubeObject & {
  spec: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string };
};

export type NodeLeaseOptions = {
  readonly client: KubeClient;
  readonly nodeName: string;
  readonly durationSeconds: number;
  readonly log: Log;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** The uid of the Node, whom the lease belongs to; undefined until it is known. */
  nodeUid(): string | undefined;
};

const namespace = "kube-node-lease";

/** Renews the node's lease, its heartbeat, every quarter of its duration. */
export async function renewNodeLease(options: NodeLeaseOptions): Promise<void> {
  const { durationSeconds, log, signal } = options;
  let lease: Lease | undefined;
  let failing = false;
  while (!signal.aborted) {
    try {
      lease = await renew(options, lease);
      failing = false;
    } catch (thrown) {
      lease = undefined;
      if (!failing) log.error("Failed to update lease, will retry", { err: thrown });
      failing = true;
    }
    const pauseMs = lease ? (durationSeconds * 1000) / 4 : 1000;
    await sleep(timerDelay(pauseMs), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function renew(options: NodeLeaseOptions, known: Lease | undefined): Promise<Lease> {
  const { client, nodeName } = options;
  const current = known ?? (await read(client, nodeName));
  try {
    return current
      ? await client.update<Lease>(resources.leases, renewed(current, options))
      : await client.create<Lease>(resources.leases, renewed(freshLease(nodeName), options));
  } catch (thrown) {
    if (!isConflict(thrown) && !isAlreadyExists(thrown) && !isNotFound(thrown)) throw thrown;
    const latest = await read(client, nodeName);
    if (!latest) throw thrown;
    return client.update<Lease>(resources.leases, renewed(latest, options));
  }
}

async function read(client: KubeClient, name: string): Promise<Lease | undefined> {
  try {
    return await client.get<Lease>(resources.leases, { name, namespace });
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

function freshLease(name: string): Lease {
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace }, spec: {} };
}

function renewed(lease: Lease, { nodeName, durationSeconds, now, nodeUid }: NodeLeaseOptions): Lease {
  const uid = nodeUid();
  const owner = uid && { apiVersion: "v1", kind: "Node", name: nodeName, uid };
  return {
    ...lease,
    metadata: { ...lease.metadata, ...(owner && !lease.metadata.ownerReferences && { ownerReferences: [owner] }) },
    spec: {
      ...lease.spec,
      holderIdentity: nodeName,
      leaseDurationSeconds: durationSeconds,
      renewTime: rfc3339Micro(now()),
    },
  };
}
