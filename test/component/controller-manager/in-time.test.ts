import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { cronJobController } from "../../../src/components/controller-manager/cronjob/cronjob-controller.ts";
import { disruptionController } from "../../../src/components/controller-manager/disruption/disruption-controller.ts";
import { garbageCollector } from "../../../src/components/controller-manager/garbagecollector/garbage-collector.ts";
import { jobController } from "../../../src/components/controller-manager/job/job-controller.ts";
import { nodeLifecycleController } from "../../../src/components/controller-manager/node/node-lifecycle-controller.ts";
import { serviceAccountsController } from "../../../src/components/controller-manager/serviceaccount/service-accounts-controller.ts";
import { ttlAfterFinishedController } from "../../../src/components/controller-manager/ttl/ttl-after-finished-controller.ts";
import { isNotFound } from "../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { conditionOf } from "../../../src/kube/conditions.ts";
import type { CronJob, Job, JobSpec } from "../../../src/kube/kinds/job.ts";
import type { Pod } from "../../../src/kube/kinds/pod.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { resources } from "../../../src/kube/resources.ts";
import { rfc3339 } from "../../../src/kube/rfc3339.ts";
import { ControlPlane } from "../control-plane/control-plane.ts";
import { startControllers } from "../control-plane/led-controllers.ts";
import { MovableClock } from "../control-plane/movable-clock.ts";

/** The controllers run in here, against a real API server and etcd, by a clock that the tests move. */
const controllers = [
  cronJobController,
  disruptionController,
  garbageCollector,
  jobController,
  serviceAccountsController,
  ttlAfterFinishedController,
];
const minute = 60_000;
const hour = 60 * minute;
const namespace = "default";
let plane: ControlPlane;
let client: KubeClient;
let clock: MovableClock;
let stop: () => Promise<void>;

beforeAll(async () => {
  plane = await ControlPlane.start();
  client = plane.client();
});
afterAll(() => plane?.stop());

beforeEach(async () => {
  clock = new MovableClock();
  stop = startControllers(client, controllers, clock);
  await plane.whenPodsCanBeMade();
});
afterEach(() => stop());

const soon = (what: string) => ({ for: what, withinMs: 60_000, everyMs: 20 });
const template = { metadata: {}, spec: { restartPolicy: "Never" as const, containers: [{ name: "c", image: "app" }] } };

function createJob(name: string, spec: Partial<JobSpec>): Promise<Job> {
  return client.create<Job>(resources.jobs, {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace },
    spec: { template, ...spec },
  });
}

function createCronJob(name: string, spec: Partial<CronJob["spec"]> = {}): Promise<CronJob> {
  return client.create<CronJob>(resources.cronjobs, {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, namespace },
    spec: { schedule: `${runMinute} * * * *`, jobTemplate: { spec: { template } }, ...spec },
  });
}

/** The minute of each hour at which jobs run: half an hour from now, so that it never passes while objects are made. */
const runMinute = new Date(Date.now() + hour / 2).getUTCMinutes();

/** The first moment after the object was made that lies so far behind a full hour (UTC). */
function firstAfter({ metadata }: CronJob, pastHourMs = runMinute * minute): number {
  const created = Date.parse(metadata.creationTimestamp ?? "");
  return created - ((created - pastHourMs) % hour) + hour;
}

async function runsOf(name: string): Promise<number[]> {
  const { items } = await client.list<Job>(resources.jobs, { namespace });
  return items
    .filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === name && !metadata.deletionTimestamp)
    .map(({ metadata }) => Number(metadata.name?.slice(name.length + 1)) * minute)
    .toSorted((one, other) => one - other);
}

const hasRuns = (name: string, wanted: readonly number[]) =>
  until(
    async () => JSON.stringify(await runsOf(name)) === JSON.stringify(wanted),
    soon(`${name} to have run at ${wanted.map((ms) => new Date(ms).toISOString()).join(", ")}`),
  );

type Told = KubeObject & { reason: string; involvedObject: { name?: string } };

const hasEvent = (name: string, reason: string) =>
  until(
    async () => {
      const { items } = await client.list<Told>(resources.events, { namespace });
      return items.some((event) => event.reason === reason && event.involvedObject.name === name);
    },
    soon(`${reason} of ${name}`),
  );

async function podsOf(job: string): Promise<Pod[]> {
  const labelSelector = `batch.kubernetes.io/job-name=${job}`;
  return (await client.list<Pod>(resources.pods, { namespace, labelSelector })).items;
}

/** The kubelet's part: the one pod of a job that has not ended does so now. */
async function endPod(job: string, phase: "Succeeded" | "Failed", atMs = clock.now()): Promise<void> {
  const { metadata } = await until(
    async () => (await podsOf(job)).find(({ status }) => status?.phase === "Pending") ?? false,
    soon(`a pod of ${job}`),
  );
  const terminated = { exitCode: phase === "Failed" ? 1 : 0, finishedAt: rfc3339(atMs) };
  const containerStatuses = [
    { name: "c", ready: false, restartCount: 0, image: "", imageID: "", state: { terminated } },
  ];
  const patch = { type: "merge", body: { status: { phase, containerStatuses } } } as const;
  await client.patch(resources.pods, { name: metadata.name ?? "", namespace }, patch, { subresource: "status" });
}

const jobBecomes = (name: string, condition: string) =>
  until(
    async () => {
      const job = await client.get<Job>(resources.jobs, { name, namespace });
      const found = conditionOf(job.status?.conditions, condition);
      return found?.status === "True" && { ...job, found };
    },
    soon(`job ${name} to be ${condition}`),
  );

const isGone = (name: string) =>
  until(() => client.get(resources.jobs, { name, namespace }).then(() => false, isNotFound), soon(`${name} to go`));

test("runs come at the schedule's times, and what still runs then is left, waited for or replaced", async () => {
  const hourly = await createCronJob("allow");
  await createCronJob("forbid", { concurrencyPolicy: "Forbid" });
  await createCronJob("replace", { concurrencyPolicy: "Replace" });
  const first = firstAfter(hourly);
  const second = first + hour;
  clock.moveTo(first + 1000);
  for (const name of ["allow", "forbid", "replace"]) await hasRuns(name, [first]);
  clock.moveTo(second + 1000);
  await hasRuns("allow", [first, second]);
  await hasRuns("replace", [second]);
  await hasEvent("forbid", "JobAlreadyActive");
  expect(await runsOf("forbid")).toEqual([first]);
  await endPod(`forbid-${first / minute}`, "Succeeded");
  await hasRuns("forbid", [first, second]);
});

test("a schedule is read in its own time zone", async () => {
  const cronJob = await createCronJob("zoned", { timeZone: "Asia/Kolkata" });
  // half an hour beside the full ones of UTC
  const first = firstAfter(cronJob, ((runMinute + 30) % 60) * minute);
  clock.moveTo(first + 1000);
  await hasRuns("zoned", [first]);
});

test("of the runs missed meanwhile only the last is made up for, and none past its starting deadline", async () => {
  const cronJob = await createCronJob("missed", { suspend: true });
  await createCronJob("late", { suspend: true, startingDeadlineSeconds: 600 });
  const third = firstAfter(cronJob) + 2 * hour;
  clock.moveTo(third + 20 * minute);
  const resumed = { type: "merge", body: { spec: { suspend: false } } } as const;
  for (const name of ["late", "missed"]) await client.patch(resources.cronjobs, { name, namespace }, resumed);
  await hasRuns("missed", [third]);
  expect(await runsOf("late")).toEqual([]);
  clock.moveTo(third + hour + minute);
  await hasRuns("late", [third + hour]);
});

test("a run that somebody deletes is told as missing, and the next one comes in its time", async () => {
  const cronJob = await createCronJob("robbed", { concurrencyPolicy: "Forbid" });
  const first = firstAfter(cronJob);
  clock.moveTo(first + 1000);
  await hasRuns("robbed", [first]);
  await until(async () => {
    const { status } = await client.get<CronJob>(resources.cronjobs, { name: "robbed", namespace });
    return status?.active?.length === 1;
  }, soon("the run to be active"));
  await client.delete(resources.jobs, { name: `robbed-${first / minute}`, namespace });
  await hasEvent("robbed", "MissingJob");
  clock.moveTo(first + hour + 1000);
  await hasRuns("robbed", [first + hour]);
});

test("a job that has not ended by its deadline fails; suspended it has time", async () => {
  await createJob("slow", { activeDeadlineSeconds: 3600 });
  await createJob("resting", { activeDeadlineSeconds: 3600, suspend: true });
  await until(async () => (await podsOf("slow")).length === 1, soon("a pod of slow"));
  await jobBecomes("resting", "Suspended");
  clock.moveTo(clock.now() + hour + 1000);
  expect((await jobBecomes("slow", "Failed")).found.reason).toBe("DeadlineExceeded");
  const resumed = { type: "merge", body: { spec: { suspend: false } } } as const;
  await client.patch(resources.jobs, { name: "resting", namespace }, resumed);
  await endPod("resting", "Succeeded");
  await jobBecomes("resting", "Complete");
});

test("after a failure the next pod waits ten seconds, then twenty, and the limit ends the job", async () => {
  await createJob("failing", { backoffLimit: 2 });
  for (const [failures, waitMs] of [10_000, 20_000].entries()) {
    // the kubelet's clock is an hour ahead: the wait is over when this one is moved, however long that takes
    const failedAtMs = clock.now() + hour;
    await endPod("failing", "Failed", failedAtMs);
    await until(async () => {
      const { status } = await client.get<Job>(resources.jobs, { name: "failing", namespace });
      return status?.failed === failures + 1;
    }, soon("the failure to be counted"));
    clock.moveTo(failedAtMs - minute);
    expect(await podsOf("failing")).toHaveLength(failures + 1);
    clock.moveTo(failedAtMs + waitMs);
  }
  await endPod("failing", "Failed");
  expect((await jobBecomes("failing", "Failed")).found.reason).toBe("BackoffLimitExceeded");
});

test("a finished job goes with its pods when its time to live is over, not before", async () => {
  await createJob("fleeting", { ttlSecondsAfterFinished: 3600 });
  await createJob("brief", { ttlSecondsAfterFinished: 60 });
  for (const name of ["fleeting", "brief"]) {
    await endPod(name, "Succeeded");
    await jobBecomes(name, "Complete");
  }
  clock.moveTo(clock.now() + 2 * minute);
  await isGone("brief");
  await client.get(resources.jobs, { name: "fleeting", namespace });
  clock.moveTo(clock.now() + hour);
  await isGone("fleeting");
  expect(await podsOf("fleeting")).toEqual([]);
});

const createPod = (name: string, nodeName?: string): Promise<Pod> =>
  client.create<Pod>(resources.pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: { containers: [{ name: "c", image: "app" }], ...(nodeName ? { nodeName } : {}) },
  });

async function setCondition(pod: string, type: string, status: string): Promise<void> {
  const conditions = [{ type, status, reason: "Test", lastTransitionTime: rfc3339(clock.now()) }];
  const patch = { type: "merge", body: { status: { phase: "Running", conditions } } } as const;
  await client.patch(resources.pods, { name: pod, namespace }, patch, { subresource: "status" });
}

const conditionBecomes = (pod: string, type: string, status: string) =>
  until(
    async () => {
      const found = await client.get<Pod>(resources.pods, { name: pod, namespace });
      return conditionOf(found.status?.conditions, type)?.status === status;
    },
    soon(`${type} of ${pod} to be ${status}`),
  );

test("a disruption that was announced and did not come is taken back after two minutes", async () => {
  for (const name of ["spared", "just-told"]) await createPod(name);
  await setCondition("spared", "DisruptionTarget", "True");
  clock.moveTo(clock.now() + minute);
  await setCondition("just-told", "DisruptionTarget", "True");
  clock.moveTo(clock.now() + 70_000);
  await conditionBecomes("spared", "DisruptionTarget", "False");
  const { status } = await client.get<Pod>(resources.pods, { name: "just-told", namespace });
  expect(conditionOf(status?.conditions, "DisruptionTarget")?.status).toBe("True");
});

test("pods whose silent node an earlier leader did not finish are marked as not ready by the next", async () => {
  const ready = { type: "Ready", status: "Unknown", reason: "NodeStatusUnknown", message: "" };
  await client.create(resources.nodes, { apiVersion: "v1", kind: "Node", metadata: { name: "silent" } });
  const silent = { type: "merge", body: { status: { conditions: [ready] } } } as const;
  await client.patch(resources.nodes, { name: "silent" }, silent, { subresource: "status" });
  await createPod("left", "silent");
  await setCondition("left", "Ready", "True");
  const stopNext = startControllers(client, [nodeLifecycleController], clock);
  await conditionBecomes("left", "Ready", "False").finally(stopNext);
});
