import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../../../base/errors.ts";
import { isAlreadyExists } from "../../../kube/api-error.ts";
import { keyOf, type Store } from "../../../kube/informer/store.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PersistentVolumeClaim } from "../../../kube/kinds/volume-claim.ts";
import type { StatefulSet } from "../../../kube/kinds/workloads.ts";
import { resources } from "../../../kube/resources.ts";
import type { ControllerContext } from "../framework/controller.ts";
import { claimOwners } from "./claim-retention.ts";
import { wantedOrdinals } from "./stateful-plan.ts";
import { claimsOf, ordinalOf } from "./stateful-pod.ts";

/** Creates the claims of a set's pods and keeps their owners as its retention policy says. */
export class ClaimControl {
  readonly #context: Pick<ControllerContext, "client" | "recorder">;
  readonly #claims: Store<PersistentVolumeClaim>;

  constructor(context: Pick<ControllerContext, "client" | "recorder">, claims: Store<PersistentVolumeClaim>) {
    this.#context = context;
    this.#claims = claims;
  }

  /** Whether a claim still belongs to an earlier pod of that ordinal, with which it will go. */
  isStale(set: StatefulSet, ordinal: number): boolean {
    if ((set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled ?? "Retain") === "Retain") return false;
    const podName = `${set.metadata.name}-${ordinal}`;
    const owners = claimsOf(set, ordinal).flatMap(
      (one) => this.#claims.get(keyOf(one))?.metadata.ownerReferences ?? [],
    );
    return owners.some(({ kind, name }) => kind === "Pod" && name === podName);
  }

  async create(set: StatefulSet, ordinal: number): Promise<void> {
    for (const wanted of claimsOf(set, ordinal)) await this.#create(set, wanted, ordinal);
  }

  /** A pod that can't start may lack a claim that somebody deleted. */
  async completePending(set: StatefulSet, pods: readonly Pod[]): Promise<void> {
    if (set.metadata.deletionTimestamp) return;
    const wanted = new Set(wantedOrdinals(set));
    for (const pod of pods) {
      const ordinal = ordinalOf(pod, set) ?? -1;
      const isPending = pod.status?.phase === "Pending" && !pod.metadata.deletionTimestamp;
      if (isPending && wanted.has(ordinal)) await this.create(set, ordinal);
    }
  }

  /** Before a pod is scaled away its claims get the owner that the retention policy says. */
  async settle(set: StatefulSet, pods: readonly Pod[]): Promise<void> {
    if (!set.spec.persistentVolumeClaimRetentionPolicy || set.metadata.deletionTimestamp) return;
    const wanted = new Set(wantedOrdinals(set));
    for (const pod of pods) {
      const ordinal = ordinalOf(pod, set) ?? -1;
      for (const one of claimsOf(set, ordinal))
        await this.#settleOne(set, keyOf(one), { pod, isSurplus: !wanted.has(ordinal) });
    }
  }

  async #create(set: StatefulSet, wanted: PersistentVolumeClaim, ordinal: number): Promise<void> {
    if (this.#claims.get(keyOf(wanted))) return;
    const ownerReferences = claimOwners(set, wanted, { pod: undefined, isSurplus: false });
    const metadata = ownerReferences.length > 0 ? { ...wanted.metadata, ownerReferences } : wanted.metadata;
    const names = `${wanted.metadata.name} Pod ${set.metadata.name}-${ordinal} in StatefulSet ${set.metadata.name}`;
    const { client, recorder } = this.#context;
    try {
      await client.create(resources.persistentvolumeclaims, { ...wanted, metadata });
      recorder.event(set, { type: "Normal", reason: "SuccessfulCreate", message: `Create Claim ${names} success` });
    } catch (thrown) {
      if (isAlreadyExists(thrown)) return;
      const message = `Create Claim ${names.replace(" Pod", " for Pod")} failed error: ${messageOf(thrown).split("\n")[0]}`;
      recorder.event(set, { type: "Warning", reason: "FailedCreate", message });
      throw thrown;
    }
  }

  async #settleOne(set: StatefulSet, key: string, place: { pod: Pod; isSurplus: boolean }): Promise<void> {
    const existing = this.#claims.get(key);
    if (!existing) return;
    const ownerReferences = claimOwners(set, existing, place);
    if (isDeepStrictEqual(ownerReferences, existing.metadata.ownerReferences ?? [])) return;
    const metadata = { ...existing.metadata, ownerReferences };
    await this.#context.client.update(resources.persistentvolumeclaims, { ...existing, metadata });
  }
}
