import { isAlreadyExists, isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import { resources } from "../../../kube/resources.ts";
import type { Pod } from "../../api/pod.ts";
import { hashAnnotation, mirrorAnnotation, podKey } from "../../api/pod.ts";
import type { Log } from "../../log.ts";

export type MirrorOptions = {
  /** Resolves once the kubelet has an identity. */
  client(): Promise<KubeClient>;
  readonly nodeName: string;
  readonly log: Log;
  /** The uid of the Node, whom mirror pods belong to; undefined until it is registered. */
  nodeUid(): string | undefined;
};

/** Shows static pods in the API: one mirror pod each, made anew when its static pod changed. */
export class MirrorPods {
  readonly #options: MirrorOptions;
  readonly #mirrors = new Map<string, Pod>();
  #statics: ReadonlyMap<string, Pod> = new Map();
  #reconciling = false;
  #again = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
  }

  /** The mirror of a static pod, if it mirrors this very version of it. */
  of(pod: Pod): Pod | undefined {
    const mirror = this.#mirrors.get(podKey(pod));
    return mirror && isMirrorOf(mirror, pod) && mirror.metadata.deletionTimestamp === undefined ? mirror : undefined;
  }

  /** The static pod that a mirror in the API stands for. */
  staticOf(mirror: Pod): Pod | undefined {
    return this.#statics.get(podKey(mirror));
  }

  seen(mirror: Pod): void {
    this.#mirrors.set(podKey(mirror), mirror);
    this.reconcile();
  }

  gone(mirror: Pod): void {
    if (this.#mirrors.get(podKey(mirror))?.metadata.uid === mirror.metadata.uid) this.#mirrors.delete(podKey(mirror));
    this.reconcile();
  }

  setStatics(pods: readonly Pod[]): void {
    this.#statics = new Map(pods.map((pod) => [podKey(pod), pod]));
    this.reconcile();
  }

  /** Deletes mirrors of what is gone or changed, then creates the missing ones; tries again later after an error. */
  reconcile(): void {
    if (this.#reconciling) {
      this.#again = true;
      return;
    }
    this.#reconciling = true;
    clearTimeout(this.#timer);
    void this.#reconcile()
      .catch((thrown) => {
        this.#options.log.debug(1, "Failed to bring mirror pods up to date, will retry", { err: thrown });
        this.#timer = setTimeout(() => this.reconcile(), 1000);
        this.#timer.unref();
      })
      .finally(() => {
        this.#reconciling = false;
        if (!this.#again) return;
        this.#again = false;
        this.reconcile();
      });
  }

  async #reconcile(): Promise<void> {
    const uid = this.#options.nodeUid();
    if (uid === undefined) return;
    for (const [key, mirror] of this.#mirrors) {
      const pod = this.#statics.get(key);
      if (!pod || !isMirrorOf(mirror, pod) || mirror.metadata.deletionTimestamp !== undefined)
        await this.#delete(mirror);
    }
    for (const [key, pod] of this.#statics) if (!this.#mirrors.has(key)) await this.#create(pod, uid);
  }

  async #delete(mirror: Pod): Promise<void> {
    const { name = "", namespace, uid } = mirror.metadata;
    const options = { gracePeriodSeconds: 0, ...(uid && { preconditions: { uid } }) };
    try {
      await (await this.#options.client()).delete(resources.pods, { name, namespace }, options);
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
    this.#mirrors.delete(podKey(mirror));
  }

  async #create(pod: Pod, nodeUid: string): Promise<void> {
    const { nodeName } = this.#options;
    try {
      const client = await this.#options.client();
      const created = await client.create<Pod>(resources.pods, mirrorPod(pod, { nodeName, nodeUid }));
      this.#mirrors.set(podKey(pod), created);
    } catch (thrown) {
      // The watch brings the one that is there.
      if (!isAlreadyExists(thrown)) throw thrown;
    }
  }
}

/** The object that stands for a static pod: the same, owned by the node, without uid and status. */
export function mirrorPod(pod: Pod, node: { readonly nodeName: string; readonly nodeUid: string }): Pod {
  const { name = "", namespace = "", labels, annotations } = pod.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      ...(labels && { labels }),
      annotations: { ...annotations, [mirrorAnnotation]: annotations?.[hashAnnotation] ?? "" },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node.nodeName, uid: node.nodeUid, controller: true }],
    },
    spec: pod.spec,
  };
}

function isMirrorOf(mirror: Pod, pod: Pod): boolean {
  return mirror.metadata.annotations?.[mirrorAnnotation] === pod.metadata.annotations?.[hashAnnotation];
}
