import { expect, test } from "vitest";
import { podEnds } from "../../../src/kubelet/pods/pod-ends.ts";
import { PodWorker, type WorkerSteps } from "../../../src/kubelet/pods/pod-worker.ts";
import { pod } from "../sample.ts";

/** A worker in the middle of its first sync, and the signal that the sync got. */
async function syncing() {
  const got = Promise.withResolvers<AbortSignal>();
  const never = new Promise<never>(() => undefined);
  const steps = {
    inspect: async () => ({}),
    mayStart: () => true,
    report: async () => false,
    sync: (...[, , , signal]: Parameters<WorkerSteps["sync"]>) => {
      got.resolve(signal);
      return never;
    },
  } as unknown as WorkerSteps;
  const worker = new PodWorker(pod(), { steps, now: Date.now, maxBackoffMs: 1_000, resyncMs: 1_000, onFinished() {} });
  worker.wake();
  return { worker, signal: await got.promise };
}

test("a pod that is removed ends what its sync waits for", async () => {
  const { worker, signal } = await syncing();
  const ended = podEnds(signal);
  worker.remove(0);
  expect([signal.aborted, ended.aborted, podEnds(signal).aborted]).toEqual([true, true, true]);
});

test("the kubelet's end leaves a hook the time that there is", async () => {
  const { worker, signal } = await syncing();
  const ended = podEnds(signal);
  void worker.stop();
  expect([signal.aborted, ended.aborted, podEnds(signal).aborted]).toEqual([true, false, false]);
});
