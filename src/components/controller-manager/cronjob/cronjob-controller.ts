import { messageOf } from "../../../base/errors.ts";
import { isAlreadyExists, isNotFound } from "../../../kube/api-error.ts";
import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { CronJob, Job } from "../../../kube/kinds/job.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { OwnWrites } from "../framework/own-writes.ts";
import { controlledBy, indexByController } from "../framework/owned-index.ts";
import { updateStatus } from "../framework/update-status.ts";
import { watchChildren } from "../framework/watch-children.ts";
import { isFinished } from "../job/job-status.ts";
import { beyondHistory, type CronPlan, cronPlan, jobOfRun } from "./cronjob-plan.ts";
import { isTimeZone } from "./schedule.ts";
import { trackedEvents } from "./tracked-events.ts";
import { unseenJobs } from "./unseen-jobs.ts";

/** Starts a job at each time of a schedule. */
export const cronJobController: Controller = {
  name: "cronjob-controller",
  alias: "cronjob",
  account: "cronjob-controller",
  start(context) {
    const loop = new CronLoop(context);
    return () => loop.run();
  },
};

class CronLoop {
  readonly #context: ControllerContext;
  readonly #cronJobs: Informer<CronJob>;
  readonly #jobs: Informer<Job>;
  readonly #statuses = new OwnWrites();
  readonly #worker: KeyedWorker;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#cronJobs = context.informers.of<CronJob>(resources.cronjobs);
    this.#jobs = indexByController(context.informers.of<Job>(resources.jobs));
    this.#worker = new KeyedWorker(context, "cronjob", (key) => this.#sync(key), { workers: 5 });
  }

  run(): void {
    const enqueue = (key: string) => this.#worker.add(key);
    this.#worker.follow(this.#cronJobs);
    watchChildren(this.#jobs, { ownerKind: "CronJob", enqueue });
    this.#worker.run();
  }

  async #sync(key: string): Promise<void> {
    const cronJob = this.#cronJobs.store.get(key);
    if (!cronJob) return this.#statuses.forget(key);
    if (this.#statuses.isBehind(key, cronJob)) return;
    const cached = controlledBy<Job>(this.#jobs.store, cronJob);
    const jobs = [...cached, ...(await unseenJobs(this.#context, cronJob, cached))];
    for (const job of beyondHistory(cronJob, jobs)) await this.#delete(cronJob, job);
    for (const facts of trackedEvents(cronJob, jobs)) this.#context.recorder.event(cronJob, facts);
    const active = jobs.filter((job) => !isFinished(job));
    const plan = this.#plan(cronJob, active);
    const started = plan.kind === "start" ? await this.#start(cronJob, active, plan) : undefined;
    const running = plan.kind === "start" && plan.replace ? [] : active;
    await this.#writeStatus(cronJob, { jobs, active: started ? [...running, started] : running, plan });
    if (plan.againInMs !== undefined) this.#worker.addAfter(key, plan.againInMs);
  }

  #plan(cronJob: CronJob, active: readonly Job[]): CronPlan {
    try {
      const plan = cronPlan(cronJob, active, this.#context.now());
      if (plan.warning) this.#context.recorder.event(cronJob, plan.warning);
      return plan;
    } catch (thrown) {
      const { schedule, timeZone } = cronJob.spec;
      const facts = isTimeZone(timeZone)
        ? { reason: "UnparseableSchedule", message: `unparseable schedule: "${schedule}" : ${messageOf(thrown)}` }
        : { reason: "UnknownTimeZone", message: `invalid timeZone: "${timeZone}": ${messageOf(thrown)}` };
      this.#context.recorder.event(cronJob, { type: "Warning", ...facts });
      return { kind: "wait", againInMs: undefined };
    }
  }

  async #start(cronJob: CronJob, active: readonly Job[], plan: CronPlan & { kind: "start" }): Promise<Job | undefined> {
    if (plan.replace) for (const job of active) await this.#delete(cronJob, job);
    const wanted = jobOfRun(cronJob, plan.runMs);
    try {
      const job = await this.#context.client.create<Job>(resources.jobs, wanted);
      const message = `Created job ${job.metadata.name}`;
      this.#context.recorder.event(cronJob, { type: "Normal", reason: "SuccessfulCreate", message });
      return job;
    } catch (thrown) {
      // made in an earlier pass whose status was not written
      if (isAlreadyExists(thrown)) return undefined;
      const message = `Error creating job: ${messageOf(thrown)}`;
      this.#context.recorder.event(cronJob, { type: "Warning", reason: "FailedCreate", message });
      throw thrown;
    }
  }

  async #delete(cronJob: CronJob, { metadata }: Job): Promise<void> {
    const { name = "", namespace, uid } = metadata;
    try {
      const options = { propagationPolicy: "Background", ...(uid ? { preconditions: { uid } } : {}) } as const;
      await this.#context.client.delete(resources.jobs, { name, namespace }, options);
      this.#context.recorder.event(cronJob, {
        type: "Normal",
        reason: "SuccessfulDelete",
        message: `Deleted job ${name}`,
      });
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
  }

  async #writeStatus(
    cronJob: CronJob,
    { jobs, active, plan }: { jobs: readonly Job[]; active: readonly Job[]; plan: CronPlan },
  ): Promise<void> {
    const { lastScheduleTime, lastSuccessfulTime } = cronJob.status ?? {};
    const completions = jobs.flatMap(({ status }) => status?.completionTime ?? []);
    const lastSuccess = [lastSuccessfulTime, ...completions]
      .filter((time) => time !== undefined)
      .sort()
      .at(-1);
    const lastRun = plan.kind === "start" ? rfc3339(plan.runMs) : lastScheduleTime;
    const status = {
      ...(active.length > 0 ? { active: active.map(referenceTo) } : {}),
      ...(lastRun ? { lastScheduleTime: lastRun } : {}),
      ...(lastSuccess ? { lastSuccessfulTime: lastSuccess } : {}),
    };
    const written = await updateStatus(this.#context.client, resources.cronjobs, cronJob, status);
    this.#statuses.wrote(keyOf(cronJob), written);
  }
}

function referenceTo({ apiVersion, kind, metadata }: Job) {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, namespace, uid, resourceVersion };
}
