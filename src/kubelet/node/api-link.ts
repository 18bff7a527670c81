import type { KubeClient } from "../../kube/client.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";
import type { EventRecorder } from "../../kube/event-recorder.ts";
import { ApiEventRecorder } from "../../kube/event-recorder.ts";
import type { ExchangeOptions } from "../../kube/exchange.ts";
import { Informer } from "../../kube/informer/informer.ts";
import { resources } from "../../kube/resources.ts";
import type { Pod } from "../api/pod.ts";
import { isMirrorPod, podKey } from "../api/pod.ts";
import type { PodStatus } from "../api/pod-status.ts";
import type { Service } from "../env/service-environment.ts";
import type { PodEvent } from "../events/pod-events.ts";
import type { Log } from "../log.ts";
import { MirrorPods } from "../pods/sources/mirror-pods.ts";
import { differs } from "../pods/sources/pod-difference.ts";
import { StatusWriter } from "../status/status-writer.ts";
import type { ClientIdentity } from "../tls/client-identity.ts";
import { nodeEvents } from "./node-events.ts";
import { renewNodeLease } from "./registration/node-lease.ts";
import type { RegistrarOptions } from "./registration/node-registrar.ts";
import { NodeRegistrar } from "./registration/node-registrar.ts";

export type ApiLinkOptions = {
  readonly identity: ClientIdentity;
  readonly nodeName: string;
  readonly leaseDurationSeconds: number;
  readonly userAgent: string;
  /** How long the API server is waited for, where the client's own deadlines are too long. */
  readonly patience?: Pick<ExchangeOptions, "requestWithinMs" | "keepAlive">;
  readonly log: Log;
  readonly now: () => number;
  readonly uptimeMs: () => number;
  readonly registrar: Pick<RegistrarOptions, "node" | "register" | "updateEveryMs" | "reportEveryMs" | "status">;
};

/** What the link tells the kubelet. */
export type ApiLinkHandler = {
  /** A pod of this node, new or changed in what matters. */
  podSet(pod: Pod): void;
  podGone(pod: Pod): void;
};

/** The kubelet's ties to the API server, which may be away: pods in; statuses, events, mirror pods, the node and its lease out. */
export class ApiLink {
  readonly mirrors: MirrorPods;
  readonly writer: StatusWriter;
  readonly #options: ApiLinkOptions;
  readonly #stop = new AbortController();
  /** The mirror that each static pod last had, by name. */
  readonly #mirrorUids = new Map<string, string>();
  readonly #client = Promise.withResolvers<KubeClient>();
  #recorder: ApiEventRecorder | undefined;
  #registrar: NodeRegistrar | undefined;
  #services: Informer<Service> | undefined;
  #pods: Informer<Pod> | undefined;

  constructor(options: ApiLinkOptions) {
    this.#options = options;
    const { nodeName, log } = options;
    const client = () => this.client();
    this.mirrors = new MirrorPods({ client, nodeName, log, nodeUid: () => this.nodeUid });
    this.writer = new StatusWriter({ client, log, signal: this.#stop.signal, mirrorOf: (pod) => this.mirrors.of(pod) });
    // Nobody may be waiting yet when it fails.
    this.#client.promise.catch(() => undefined);
  }

  /** Resolves once the kubelet has an identity; the server may still be away. */
  client(): Promise<KubeClient> {
    return this.#client.promise;
  }

  get recorder(): EventRecorder | undefined {
    return this.#recorder;
  }

  get nodeUid(): string | undefined {
    return this.#registrar?.node?.metadata.uid;
  }

  get nodeLabels(): Readonly<Record<string, string>> | undefined {
    return this.#registrar?.node?.metadata.labels;
  }

  /** True once the API's pods of this node are known. */
  get synced(): boolean {
    return this.#pods?.synced ?? false;
  }

  /** Services of the cluster; undefined until they were read. */
  get services(): readonly Service[] | undefined {
    return this.#services?.synced ? this.#services.store.list() : undefined;
  }

  /** Something about the node changed that its status should tell soon. */
  nudgeNode(): void {
    this.#registrar?.nudge();
  }

  /** An event about the node; upstream's carry its name as uid. */
  tellNode(event: PodEvent): void {
    const { nodeName } = this.#options;
    this.#recorder?.event({ apiVersion: "v1", kind: "Node", metadata: { name: nodeName, uid: nodeName } }, event);
  }

  /** Resolves when the link was stopped; rejects when there is no way to an identity. */
  async run(handler: ApiLinkHandler): Promise<void> {
    const { identity, userAgent, nodeName, log, now, uptimeMs, patience } = this.#options;
    const { signal } = this.#stop;
    const connection = await identity.connection();
    const client = createKubeClient(connection, { userAgent, ...patience });
    this.#recorder = new ApiEventRecorder(client, { component: "kubelet", host: nodeName }, now);
    this.#registrar = new NodeRegistrar({
      ...this.#options.registrar,
      client,
      log,
      uptimeMs,
      signal,
      onWritten: (before, after) => {
        for (const event of nodeEvents(nodeName, before, after)) this.tellNode(event);
      },
    });
    const failed = (type: string) => (thrown: unknown) => log.error("Failed to watch", { type, err: thrown });
    this.#services = new Informer<Service>(client, resources.services, {
      transform: slimService,
      onError: failed("*v1.Service"),
    });
    this.#pods = new Informer<Pod>(client, resources.pods, {
      fieldSelector: `spec.nodeName=${nodeName}`,
      onError: failed("*v1.Pod"),
    });
    this.#follow(this.#pods, handler);
    this.#client.resolve(client);
    try {
      // Until the server answers this, nothing else needs to try and back off.
      await this.#registrar.register();
      this.tellNode({ type: "Normal", reason: "Starting", message: "Starting kubelet." });
      this.mirrors.reconcile();
      await Promise.all([
        this.#registrar.run(),
        renewNodeLease({
          client,
          nodeName,
          durationSeconds: this.#options.leaseDurationSeconds,
          log,
          now,
          signal,
          nodeUid: () => this.nodeUid,
        }),
        identity.rotate(connection),
        this.#services.run(signal),
        this.#pods.run(signal),
      ]);
    } finally {
      client.close();
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  #follow(pods: Informer<Pod>, handler: ApiLinkHandler): void {
    pods.addHandler({
      added: (pod) => (isMirrorPod(pod) ? this.#mirrorSeen(pod) : handler.podSet(pod)),
      updated: (old, pod) => {
        if (isMirrorPod(pod)) return this.#mirrorSeen(pod);
        this.writer.reconcile(pod.metadata.uid ?? "", pod.status);
        if (differs(old, pod)) handler.podSet(pod);
      },
      deleted: (pod) => {
        this.writer.forget(pod.metadata.uid ?? "");
        if (isMirrorPod(pod)) this.mirrors.gone(pod);
        else handler.podGone(pod);
      },
    });
  }

  /** A mirror that is new to us gets its static pod's status; one that we know gets it again when somebody else changed it. */
  #mirrorSeen(mirror: Pod): void {
    const key = podKey(mirror);
    const isNew = this.#mirrorUids.get(key) !== mirror.metadata.uid;
    this.mirrors.seen(mirror);
    const pod = this.mirrors.staticOf(mirror);
    if (!pod) return;
    const status = mirror.status as PodStatus | undefined;
    const uid = pod.metadata.uid ?? "";
    if (isNew) this.writer.refresh(uid, status);
    else this.writer.reconcile(uid, status);
    this.#mirrorUids.set(key, mirror.metadata.uid ?? "");
  }
}

/** Only what service variables need is kept. */
function slimService({ apiVersion, kind, metadata, spec }: Service): Service {
  const { name = "", namespace = "", resourceVersion = "", uid = "" } = metadata;
  const ports = (spec.ports ?? []).map(({ name: port, port: number, protocol }) => ({
    ...(port && { name: port }),
    port: number,
    ...(protocol && { protocol }),
  }));
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, resourceVersion, uid },
    spec: { ...(spec.clusterIP && { clusterIP: spec.clusterIP }), ports },
  };
}
