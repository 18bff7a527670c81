import { isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import { type DiscoveredResource, discoverResources } from "../../../kube/discovery.ts";
import type { Informers } from "../../../kube/informer/informers.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../../kube/kinds/policy.ts";
import type { Deployment, ReplicaSet, ReplicationController, StatefulSet } from "../../../kube/kinds/workloads.ts";
import type { OwnerReference } from "../../../kube/object.ts";
import { controllerOf } from "../../../kube/owner.ts";
import { apiVersionOf, resources } from "../../../kube/resources.ts";
import type { Expected } from "./disruption-status.ts";

type Scaled = { readonly uid: string; readonly replicas: number };

/** Finds how many pods the controllers of given pods want: what percentages of a budget are of. */
export class ExpectedPods {
  readonly #client: KubeClient;
  readonly #sets: (key: string) => ReplicaSet | undefined;
  readonly #known: Readonly<Record<string, (key: string) => Scaled | undefined>>;
  #discovered: Map<string, DiscoveredResource> | undefined;

  constructor(client: KubeClient, informers: Informers) {
    const deployments = informers.of<Deployment>(resources.deployments).store;
    const sets = informers.of<ReplicaSet>(resources.replicasets).store;
    const statefulSets = informers.of<StatefulSet>(resources.statefulsets).store;
    const controllers = informers.of<ReplicationController>(resources.replicationcontrollers).store;
    this.#client = client;
    this.#sets = (key) => sets.get(key);
    this.#known = {
      Deployment: (key) => scaleOf(deployments.get(key)),
      ReplicaSet: (key) => scaleOf(sets.get(key)),
      StatefulSet: (key) => scaleOf(statefulSets.get(key)),
      ReplicationController: (key) => scaleOf(controllers.get(key)),
    };
  }

  /** A minimum given as a number needs no owners: the pods that are there count. */
  async of({ spec }: PodDisruptionBudget, pods: readonly Pod[]): Promise<Expected> {
    const isPlain = spec.maxUnavailable === undefined && typeof spec.minAvailable === "number";
    if (isPlain) return { kind: "known", count: pods.length };
    const scales = new Map<string, number>();
    for (const pod of pods) {
      const owner = controllerOf(pod.metadata);
      if (!owner) return { kind: "unknown", why: `found no controller ref for pod "${pod.metadata.name}"` };
      const scale = await this.#scaleOf(owner, pod.metadata.namespace ?? "");
      if (!scale) return { kind: "unknown", why: `found no controllers for pod "${pod.metadata.name}"` };
      scales.set(scale.uid, scale.replicas);
    }
    return { kind: "known", count: [...scales.values()].reduce((sum, one) => sum + one, 0) };
  }

  async #scaleOf(owner: OwnerReference, namespace: string): Promise<Scaled | undefined> {
    const key = `${namespace}/${owner.name}`;
    const set = owner.kind === "ReplicaSet" ? this.#sets(key) : undefined;
    const above = set && controllerOf(set.metadata);
    if (above?.kind === "Deployment") return this.#known.Deployment?.(`${namespace}/${above.name}`);
    return this.#known[owner.kind]?.(key) ?? this.#customScale(owner, namespace);
  }

  /** Custom kinds tell their size by the scale subresource. */
  async #customScale(owner: OwnerReference, namespace: string): Promise<Scaled | undefined> {
    const resource = await this.#resourceOf(owner);
    if (!resource) return undefined;
    const path = `/apis/${apiVersionOf(resource)}/namespaces/${namespace}/${resource.resource}/${owner.name}/scale`;
    try {
      const { body } = await this.#client.request({ method: "GET", path });
      const { spec } = JSON.parse(body.toString()) as { spec?: { replicas?: number } };
      return { uid: owner.uid, replicas: spec?.replicas ?? 0 };
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  async #resourceOf({ apiVersion, kind }: OwnerReference): Promise<DiscoveredResource | undefined> {
    const key = `${apiVersion} ${kind}`;
    if (!this.#discovered?.has(key)) {
      const { found } = await discoverResources(this.#client);
      this.#discovered = new Map(found.map((one) => [`${apiVersionOf(one)} ${one.kind}`, one]));
    }
    return this.#discovered.get(key);
  }
}

function scaleOf(object: { metadata: { uid?: string }; spec: { replicas?: number } } | undefined): Scaled | undefined {
  return object && { uid: object.metadata.uid ?? "", replicas: object.spec.replicas ?? 1 };
}
