import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../../kube/kinds/volume-claim.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { updateStatus } from "../framework/update-status.ts";
import { bindCompleted, boundByController, claimPlan, volumePhase } from "./volume-binder-plan.ts";

/** Binds claims to volumes and tells provisioners which volumes to make. Deleting a volume's storage is its provisioner's work. */
export const volumeBinderController: Controller = {
  name: "persistentvolume-binder-controller",
  alias: "persistentvolume-binder",
  account: "persistent-volume-binder",
  start(context) {
    const loop = new BinderLoop(context);
    return () => loop.run();
  },
};

class BinderLoop {
  readonly #context: ControllerContext;
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #volumes: Informer<PersistentVolume>;
  readonly #classes: Informer<StorageClass>;
  readonly #claimWorker: KeyedWorker;
  readonly #volumeWorker: KeyedWorker;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#claims = context.informers.of<PersistentVolumeClaim>(resources.persistentvolumeclaims);
    this.#volumes = context.informers.of<PersistentVolume>(resources.persistentvolumes);
    this.#classes = context.informers.of<StorageClass>(resources.storageclasses);
    // one worker: two claims must never take one volume
    this.#claimWorker = new KeyedWorker(context, "claims", (key) => this.#syncClaim(key), { workers: 1 });
    this.#volumeWorker = new KeyedWorker(context, "volumes", (key) => this.#syncVolume(key), { workers: 1 });
  }

  run(): void {
    const claimChanged = (claim: PersistentVolumeClaim) => {
      this.#claimWorker.add(keyOf(claim));
      if (claim.spec.volumeName) this.#volumeWorker.add(claim.spec.volumeName);
    };
    const volumeChanged = (volume: PersistentVolume) => {
      this.#volumeWorker.add(keyOf(volume));
      const { claimRef } = volume.spec;
      if (claimRef) this.#claimWorker.add(`${claimRef.namespace}/${claimRef.name}`);
      else this.#retryWaiting();
    };
    this.#claims.addHandler({ added: claimChanged, updated: (_, one) => claimChanged(one), deleted: claimChanged });
    this.#volumes.addHandler({ added: volumeChanged, updated: (_, one) => volumeChanged(one), deleted: volumeChanged });
    this.#classes.addHandler({ added: () => this.#retryWaiting() });
    this.#claimWorker.run();
    this.#volumeWorker.run();
  }

  #retryWaiting(): void {
    for (const claim of this.#claims.store.list()) if (!claim.spec.volumeName) this.#claimWorker.add(keyOf(claim));
  }

  async #syncClaim(key: string): Promise<void> {
    const claim = this.#claims.store.get(key);
    if (!claim || claim.metadata.deletionTimestamp) return;
    const plan = claimPlan(claim, this.#volumes.store.list(), this.#classes.store.list());
    switch (plan.kind) {
      case "bind":
        return this.#bind(claim, plan.volume);
      case "provision":
        return this.#askProvisioner(claim, plan.provisioner);
      case "classify":
        return this.#setClass(claim, plan.storageClass);
      case "lost":
        return this.#lose(claim);
      case "wait":
        if (plan.reason) this.#tell(claim, plan.reason, plan.message ?? "");
        return this.#setPhase(claim, "Pending");
      case "done":
        return;
      default:
        return plan satisfies never;
    }
  }

  async #setClass(claim: PersistentVolumeClaim, storageClassName: string): Promise<void> {
    const spec = { ...claim.spec, storageClassName };
    await this.#context.client.update(resources.persistentvolumeclaims, { ...claim, spec });
  }

  async #lose(claim: PersistentVolumeClaim): Promise<void> {
    if (claim.status?.phase === "Lost") return;
    const message = "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
    this.#context.recorder.event(claim, { type: "Warning", reason: "ClaimLost", message });
    await this.#setPhase(claim, "Lost");
  }

  /** Four writes in an order in which each may be the last one before a crash. */
  async #bind(claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<void> {
    const { client } = this.#context;
    const reserved = volume.spec.claimRef?.uid === claim.metadata.uid ? volume : await this.#reserve(claim, volume);
    await updateStatus(client, resources.persistentvolumes, reserved, { ...reserved.status, phase: "Bound" });
    const bound = await this.#markBound(claim, reserved);
    const { accessModes = [], capacity = {} } = reserved.spec;
    const status = { ...bound.status, phase: "Bound", accessModes, capacity };
    await updateStatus(client, resources.persistentvolumeclaims, bound, status);
  }

  async #reserve(claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<PersistentVolume> {
    const { name = "", namespace = "", uid = "", resourceVersion = "" } = claim.metadata;
    const claimRef = { kind: "PersistentVolumeClaim", namespace, name, uid, apiVersion: "v1", resourceVersion };
    const annotations = {
      ...volume.metadata.annotations,
      ...(volume.spec.claimRef ? {} : { [boundByController]: "yes" }),
    };
    const metadata = { ...volume.metadata, annotations };
    return this.#context.client.update(resources.persistentvolumes, {
      ...volume,
      metadata,
      spec: { ...volume.spec, claimRef },
    });
  }

  async #markBound(claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<PersistentVolumeClaim> {
    const { annotations = {} } = claim.metadata;
    const volumeName = volume.metadata.name ?? "";
    if (annotations[bindCompleted] && claim.spec.volumeName === volumeName) return claim;
    const marks = { [bindCompleted]: "yes", ...(claim.spec.volumeName ? {} : { [boundByController]: "yes" }) };
    const metadata = { ...claim.metadata, annotations: { ...annotations, ...marks } };
    return this.#context.client.update(resources.persistentvolumeclaims, {
      ...claim,
      metadata,
      spec: { ...claim.spec, volumeName },
    });
  }

  async #askProvisioner(claim: PersistentVolumeClaim, provisioner: string): Promise<void> {
    const name = "volume.kubernetes.io/storage-provisioner";
    const { annotations = {} } = claim.metadata;
    const legacy = "volume.beta.kubernetes.io/storage-provisioner";
    if (annotations[name] !== provisioner) {
      const metadata = {
        ...claim.metadata,
        annotations: { ...annotations, [name]: provisioner, [legacy]: provisioner },
      };
      await this.#context.client.update(resources.persistentvolumeclaims, { ...claim, metadata });
    }
    const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
    this.#tell(claim, "ExternalProvisioning", message);
  }

  async #setPhase(claim: PersistentVolumeClaim, phase: "Pending" | "Lost"): Promise<void> {
    await updateStatus(this.#context.client, resources.persistentvolumeclaims, claim, { ...claim.status, phase });
  }

  async #syncVolume(key: string): Promise<void> {
    const volume = this.#volumes.store.get(key);
    if (!volume) return;
    const { claimRef } = volume.spec;
    const claim = claimRef && this.#claims.store.get(`${claimRef.namespace}/${claimRef.name}`);
    const phase = volumePhase(volume, claim);
    if (phase === volume.status?.phase) return;
    await updateStatus(this.#context.client, resources.persistentvolumes, volume, { ...volume.status, phase });
  }

  #tell(claim: PersistentVolumeClaim, reason: string, message: string): void {
    this.#context.recorder.event(claim, { type: "Normal", reason, message });
  }
}
