import type { CriClient } from "../../kube/cri/client.ts";
import type { Container as CriContainer } from "../../kube/cri/container.ts";
import type { PodSandbox } from "../../kube/cri/sandbox.ts";
import { podUidLabel } from "./labels.ts";
import type { ContainerRecord, PodListing, PodRuntime, SandboxRecord } from "./pod-runtime.ts";
import { containerRecord, groupByPod, sandboxRecord } from "./pod-runtime.ts";
import { unlessGone } from "./unless-gone.ts";

/** Reads pods from the runtime; statuses are asked for once per id and state, as neither changes after that. */
export type RuntimeView = {
  /** All pods by uid; two calls. */
  list(): Promise<ReadonlyMap<string, PodListing>>;
  /** One pod as it stands now; no sandboxes and containers when the runtime has nothing of it. */
  inspect(uid: string): Promise<PodRuntime>;
  /** Containers whose status was read and still holds. */
  knownContainers(): readonly ContainerRecord[];
  /** Forgets statuses of what is not in the listing any more. */
  forgetAbsent(listing: ReadonlyMap<string, PodListing>): void;
};

export function runtimeView(cri: CriClient): RuntimeView {
  const sandboxes = new Map<string, { state: string; record: SandboxRecord }>();
  const containers = new Map<string, { state: string; record: ContainerRecord }>();

  const sandboxOf = async (sandbox: PodSandbox): Promise<SandboxRecord> => {
    const known = sandboxes.get(sandbox.id);
    if (known?.state === sandbox.state) return known.record;
    const { status } = await cri.podSandboxStatus({ podSandboxId: sandbox.id });
    const record = sandboxRecord(sandbox, status);
    sandboxes.set(sandbox.id, { state: sandbox.state, record });
    return record;
  };

  const containerOf = async (container: CriContainer): Promise<ContainerRecord | undefined> => {
    const known = containers.get(container.id);
    if (known?.state === container.state) return known.record;
    const { status } = await cri.containerStatus({ containerId: container.id });
    if (!status) return undefined;
    const record = containerRecord(status, container.podSandboxId);
    containers.set(container.id, { state: status.state, record });
    return record;
  };

  const list = async () => {
    const [{ items }, found] = await Promise.all([cri.listPodSandbox({}), cri.listContainers({})]);
    return groupByPod(items, found.containers);
  };

  const inspect = async (uid: string): Promise<PodRuntime> => {
    const filter = { labelSelector: { [podUidLabel]: uid } };
    const [{ items }, found] = await Promise.all([cri.listPodSandbox({ filter }), cri.listContainers({ filter })]);
    const listing = groupByPod(items, found.containers).get(uid);
    const [sandboxRecords, containerRecords] = await Promise.all([
      Promise.all(items.map((sandbox) => unlessGone(sandboxOf(sandbox)))),
      Promise.all(found.containers.map((container) => unlessGone(containerOf(container)))),
    ]);
    return {
      uid,
      name: listing?.name ?? "",
      namespace: listing?.namespace ?? "",
      sandboxes: present(sandboxRecords).sort((a, b) => b.createdAtMs - a.createdAtMs),
      containers: present(containerRecords).sort((a, b) => b.createdAtMs - a.createdAtMs),
    };
  };

  const forgetAbsent = (listing: ReadonlyMap<string, PodListing>) => {
    const pods = [...listing.values()];
    keepOnly(sandboxes, new Set(pods.flatMap((pod) => pod.sandboxes.map(({ id }) => id))));
    keepOnly(containers, new Set(pods.flatMap((pod) => pod.containers.map(({ id }) => id))));
  };

  return {
    list,
    inspect,
    forgetAbsent,
    knownContainers: () => [...containers.values()].map(({ record }) => record),
  };
}

function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}

function keepOnly(map: Map<string, unknown>, ids: ReadonlySet<string>): void {
  for (const id of map.keys()) if (!ids.has(id)) map.delete(id);
}
