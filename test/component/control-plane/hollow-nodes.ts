import { isConflict, isNotFound } from "../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { Informer } from "../../../src/kube/informer/informer.ts";
import { keyOf } from "../../../src/kube/informer/store.ts";
import type { Node } from "../../../src/kube/kinds/node.ts";
import type { Pod } from "../../../src/kube/kinds/pod.ts";
import { resources } from "../../../src/kube/resources.ts";
import { rfc3339 } from "../../../src/kube/rfc3339.ts";

export type HollowOptions = {
  readonly count: number;
  readonly labels?: (index: number) => Record<string, string>;
  readonly allocatable?: Record<string, string>;
  /** What a pod becomes once it is on a node; the default runs it for ever. */
  readonly fate?: (pod: Pod) => "run" | "succeed" | "fail" | "stay pending";
};

/** Nodes without machines: they renew their leases, and their pods run, end and go as soon as they are told to. */
export class HollowNodes {
  readonly #client: KubeClient;
  readonly #options: HollowOptions;
  readonly #stop = new AbortController();
  readonly #silent = new Set<string>();
  readonly names: readonly string[];
  #nextIp = 2;

  constructor(client: KubeClient, options: HollowOptions) {
    this.#client = client;
    this.#options = options;
    this.names = Array.from({ length: options.count }, (_, index) => `node-${index}`);
  }

  async start(): Promise<void> {
    for (let at = 0; at < this.names.length; at += 50) {
      await Promise.all(this.names.slice(at, at + 50).map((name, index) => this.#register(name, at + index)));
    }
    const pods = new Informer<Pod>(this.#client, resources.pods);
    pods.addHandler({ added: (pod) => void this.#act(pod), updated: (_, pod) => void this.#act(pod) });
    void pods.run(this.#stop.signal);
    await pods.whenSynced(this.#stop.signal);
    const timer = setInterval(() => void this.#renewAll(), 5000);
    this.#stop.signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** From now on nothing is heard of the node. */
  silence(name: string): void {
    this.#silent.add(name);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #register(name: string, index: number): Promise<void> {
    const labels = { "kubernetes.io/hostname": name, ...this.#options.labels?.(index) };
    const node = { apiVersion: "v1", kind: "Node", metadata: { name, labels } };
    await this.#client.create(resources.nodes, node);
    const now = rfc3339(Date.now());
    const ready = {
      type: "Ready",
      status: "True",
      reason: "KubeletReady",
      message: "hollow",
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    };
    const allocatable = { cpu: "32", memory: "64Gi", pods: "110", ...this.#options.allocatable };
    const status = { allocatable, capacity: allocatable, conditions: [ready] };
    await this.#client.patch<Node>(
      resources.nodes,
      { name },
      { type: "merge", body: { status } },
      { subresource: "status" },
    );
    const spec = {
      holderIdentity: name,
      leaseDurationSeconds: 40,
      renewTime: new Date().toISOString().replace("Z", "000Z"),
    };
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace: "kube-node-lease" },
      spec,
    };
    await this.#client.create(resources.leases, lease);
  }

  async #renewAll(): Promise<void> {
    const renewTime = new Date().toISOString().replace("Z", "000Z");
    for (const name of this.names.filter((one) => !this.#silent.has(one))) {
      const patch = { type: "merge", body: { spec: { renewTime } } } as const;
      await this.#client.patch(resources.leases, { name, namespace: "kube-node-lease" }, patch).catch(() => undefined);
    }
  }

  async #act(pod: Pod): Promise<void> {
    const { nodeName = "" } = pod.spec;
    if (!this.names.includes(nodeName) || this.#silent.has(nodeName)) return;
    const { name = "", namespace, uid = "" } = pod.metadata;
    try {
      if (pod.metadata.deletionTimestamp) {
        await this.#client.delete(
          resources.pods,
          { name, namespace },
          { gracePeriodSeconds: 0, preconditions: { uid } },
        );
      } else if (pod.status?.phase === "Pending") await this.#begin(pod);
    } catch (thrown) {
      if (!isNotFound(thrown) && !isConflict(thrown) && !this.#stop.signal.aborted)
        throw new Error(keyOf(pod), { cause: thrown });
    }
  }

  async #begin(pod: Pod): Promise<void> {
    const fate = this.#options.fate?.(pod) ?? "run";
    if (fate === "stay pending") return;
    const phase = { run: "Running", succeed: "Succeeded", fail: "Failed" }[fate];
    const now = rfc3339(Date.now());
    const podIP = `10.244.${(this.#nextIp >> 8) & 255}.${this.#nextIp++ & 255}`;
    const ready = { type: "Ready", status: fate === "run" ? "True" : "False", lastTransitionTime: now };
    const conditions = [...(pod.status?.conditions ?? []).filter(({ type }) => type !== "Ready"), ready];
    const state =
      fate === "run"
        ? { running: { startedAt: now } }
        : { terminated: { exitCode: fate === "fail" ? 1 : 0, finishedAt: now } };
    const containerStatuses = pod.spec.containers.map(({ name, image = "" }) => ({
      name,
      image,
      imageID: image,
      ready: fate === "run",
      restartCount: 0,
      state,
    }));
    const status = { phase, podIP, podIPs: [{ ip: podIP }], startTime: now, conditions, containerStatuses };
    const { name = "", namespace, uid } = pod.metadata;
    const patch = { type: "merge", body: { metadata: { uid }, status } } as const;
    await this.#client.patch(resources.pods, { name, namespace }, patch, { subresource: "status" });
  }
}
