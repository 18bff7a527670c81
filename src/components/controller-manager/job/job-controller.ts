import { isNotFound } from "../../../kube/api-error.ts";
import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Job } from "../../../kube/kinds/job.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { selects } from "../../../kube/label-selector.ts";
import { resources } from "../../../kube/resources.ts";
import { claim } from "../framework/claim.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { Expectations } from "../framework/expectations.ts";
import { OwnWrites } from "../framework/own-writes.ts";
import { claimable, indexByController } from "../framework/owned-index.ts";
import { slowStart } from "../framework/slow-start.ts";
import { updateStatus } from "../framework/update-status.ts";
import { watchChildren } from "../framework/watch-children.ts";
import { PodControl } from "../pods/pod-control.ts";
import { countPods, type JobCounts } from "./job-counts.ts";
import { deadlineInMs } from "./job-end.ts";
import { jobEvents } from "./job-events.ts";
import { type JobPlan, jobPlan } from "./job-plan.ts";
import { isTracked, newJobPod, trackingFinalizer } from "./job-pod.ts";
import { isFinished, jobStatus } from "./job-status.ts";
import { unheededPolicy } from "./unheeded-policy.ts";

/** Runs the pods of jobs until enough of them have succeeded. */
export const jobController: Controller = {
  name: "job-controller",
  alias: "job",
  account: "job-controller",
  start(context) {
    const loop = new JobLoop(context);
    return () => loop.run();
  },
};

class JobLoop {
  readonly #context: ControllerContext;
  readonly #jobs: Informer<Job>;
  readonly #pods: Informer<Pod>;
  readonly #podControl: PodControl;
  readonly #expectations = new Expectations();
  readonly #statuses = new OwnWrites();
  readonly #worker: KeyedWorker;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#jobs = context.informers.of<Job>(resources.jobs);
    this.#pods = indexByController(context.informers.of<Pod>(resources.pods));
    this.#podControl = new PodControl(context.client, context.recorder);
    this.#worker = new KeyedWorker(context, "job", (key) => this.#sync(key), { workers: 5 });
  }

  run(): void {
    const enqueue = (key: string) => this.#worker.add(key);
    this.#jobs.addHandler({
      added: (job) => enqueue(keyOf(job)),
      updated: (_, job) => enqueue(keyOf(job)),
      deleted: (job) => this.#orphanPods(job),
    });
    watchChildren(this.#pods, { ownerKind: "Job", enqueue, expectations: this.#expectations });
    this.#worker.run();
  }

  /** Pods of a job that is gone must not hang on its finalizer. */
  #orphanPods(job: Job): void {
    this.#expectations.forget(keyOf(job));
    this.#statuses.forget(keyOf(job));
    this.#worker.add(keyOf(job));
  }

  async #sync(key: string): Promise<void> {
    const job = this.#jobs.store.get(key);
    if (!job) return this.#releaseOrphans(key);
    if (this.#statuses.isBehind(key, job)) return;
    if (job.spec.managedBy && job.spec.managedBy !== "kubernetes.io/job-controller") return;
    const pods = await claim(this.#context.client, resources.pods, job, {
      candidates: claimable(this.#pods.store, job),
      matches: ({ metadata }) => selects(job.spec.selector, metadata.labels),
    });
    if (isFinished(job) || job.metadata.deletionTimestamp) return this.#release(pods.filter(isTracked));
    await this.#converge(key, job, pods);
  }

  async #converge(key: string, job: Job, pods: readonly Pod[]): Promise<void> {
    const nowMs = this.#context.now();
    const unheeded = unheededPolicy(job);
    if (unheeded) this.#context.recorder.event(job, unheeded);
    const counts = countPods(job, pods);
    const plan = jobPlan(job, pods, { counts, nowMs });
    const failure = this.#expectations.satisfied(key) ? await this.#execute(key, job, plan, counts) : undefined;
    const status = jobStatus({ counts, plan, nowMs });
    this.#statuses.wrote(key, await updateStatus(this.#context.client, resources.jobs, job, status));
    for (const facts of jobEvents(job, plan, status)) this.#context.recorder.event(job, facts);
    await this.#release(counts.toRelease);
    const waits = [plan.kind === "run" ? plan.againInMs : undefined, deadlineInMs({ ...job, status }, nowMs)];
    for (const waitMs of waits) if (waitMs !== undefined) this.#worker.addAfter(key, waitMs + 10);
    if (failure) throw failure;
  }

  async #execute(key: string, job: Job, plan: JobPlan, { held }: JobCounts): Promise<unknown> {
    if (plan.kind === "run" && plan.create.length > 0) return this.#create(key, job, plan.create, held);
    if (plan.remove.length === 0) return undefined;
    this.#expectations.expectDeletions(key, plan.remove.map(keyOf));
    const results = await Promise.allSettled(plan.remove.map((pod) => this.#remove(key, job, pod)));
    return results.find((result) => result.status === "rejected")?.reason;
  }

  async #create(
    key: string,
    job: Job,
    indexes: readonly (number | undefined)[],
    replaced: JobCounts["held"],
  ): Promise<unknown> {
    this.#expectations.expectCreations(key, indexes.length);
    const { succeeded, failure } = await slowStart(indexes.length, async (at) => {
      const index = indexes[at];
      const before = index === undefined ? undefined : replaced.get(index);
      await this.#podControl.create(newJobPod(job, index, before), job);
    });
    for (let missing = succeeded; missing < indexes.length; missing++) this.#expectations.creationObserved(key);
    return failure;
  }

  /** What the job itself deletes is not a failure: it goes without being counted. */
  async #remove(key: string, job: Job, pod: Pod): Promise<void> {
    try {
      await this.#release([pod]);
      await this.#podControl.delete(pod, job);
    } catch (thrown) {
      this.#expectations.deletionObserved(key, keyOf(pod));
      throw thrown;
    }
  }

  async #release(pods: readonly Pod[]): Promise<void> {
    await Promise.all(pods.filter(isTracked).map((pod) => this.#releaseOne(pod)));
  }

  async #releaseOne({ metadata }: Pod): Promise<void> {
    const { name = "", namespace, uid, resourceVersion } = metadata;
    const finalizers = (metadata.finalizers ?? []).filter((one) => one !== trackingFinalizer);
    const body = { metadata: { uid, resourceVersion, finalizers } };
    try {
      await this.#context.client.patch(resources.pods, { name, namespace }, { type: "merge", body });
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
  }

  async #releaseOrphans(key: string): Promise<void> {
    this.#expectations.forget(key);
    const [namespace = "", name] = key.split("/");
    const orphans = this.#pods.store
      .list(namespace)
      .filter(
        (pod) =>
          isTracked(pod) && pod.metadata.ownerReferences?.some((owner) => owner.kind === "Job" && owner.name === name),
      );
    await this.#release(orphans);
  }
}
