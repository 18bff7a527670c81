import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Probe } from "../../../src/kubelet/api/probe.ts";
import { failure, type ProbeResult, success, unknown } from "../../../src/kubelet/probes/probe-result.ts";
import { type ProbeKind, ProbeWorker } from "../../../src/kubelet/probes/probe-worker.ts";

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

/** Runs a worker whose probe answers by the time since the container's start; tells when it asked and what it decided. */
function probed(kind: ProbeKind, probe: Probe, answer: (second: number) => ProbeResult) {
  const asked: number[] = [];
  const verdicts: string[] = [];
  let failures = 0;
  const worker = new ProbeWorker({
    kind,
    probe,
    ageMs: 0,
    uptimeMs: () => Date.now(),
    run: async () => {
      asked.push(Date.now() / 1000);
      return answer(Date.now() / 1000);
    },
    onVerdict: (verdict) => verdicts.push(`${verdict} at ${Date.now() / 1000}`),
    onFailure: () => failures++,
  });
  worker.start();
  return { worker, asked, verdicts, failures: () => failures };
}

test("liveness is asked each period and fails after as many failures as its threshold", async () => {
  const run = probed("liveness", { periodSeconds: 10, failureThreshold: 3 }, (second) =>
    second < 15 ? success() : failure("no"),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(run.asked).toEqual([0, 10, 20, 30, 40]);
  expect(run.verdicts).toEqual(["true at 0", "false at 40"]);
  expect(run.failures()).toBe(3);
});

test("the initial delay holds back the first probe", async () => {
  const run = probed("liveness", { periodSeconds: 5, initialDelaySeconds: 7 }, () => success());
  await vi.advanceTimersByTimeAsync(13_000);
  expect(run.asked).toEqual([7, 12]);
});

test("readiness is asked often in its first period, without counting failures, and then by its period", async () => {
  const run = probed("readiness", { periodSeconds: 10 }, (second) => (second >= 2 ? success() : failure("not yet")));
  await vi.advanceTimersByTimeAsync(13_000);
  expect(run.asked).toEqual([0, 0.5, 1, 1.5, 2, 12]);
  expect(run.verdicts).toEqual(["true at 2"]);
  expect(run.failures()).toBe(0);
});

test("a container that is never ready is told so after its first period", async () => {
  const run = probed("readiness", { periodSeconds: 2, failureThreshold: 1 }, () => failure("no"));
  await vi.advanceTimersByTimeAsync(2_500);
  expect(run.verdicts).toEqual(["false at 2"]);
});

test("readiness that was lost and won turns with its thresholds", async () => {
  const probe = { periodSeconds: 1, failureThreshold: 2, successThreshold: 2 };
  const run = probed("readiness", probe, (second) => (second >= 3 && second < 6 ? failure("no") : success()));
  await vi.advanceTimersByTimeAsync(9_000);
  expect(run.verdicts).toEqual(["true at 1", "false at 4", "true at 7"]);
});

test("startup ends with its first verdict", async () => {
  const run = probed("startup", { periodSeconds: 1, failureThreshold: 30 }, (second) =>
    second >= 4 ? success() : failure("no"),
  );
  await vi.advanceTimersByTimeAsync(20_000);
  expect(run.verdicts).toEqual(["true at 4"]);
  expect(run.asked.at(-1)).toBe(4);
});

test("what can't be told counts neither way, and a stopped worker asks no more", async () => {
  const run = probed("liveness", { periodSeconds: 1, failureThreshold: 1 }, () => unknown("?"));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(run.verdicts).toEqual([]);
  run.worker.stop();
  const before = run.asked.length;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(run.asked.length).toBe(before);
});

test("a clock that was set back makes no container wait longer than its initial delay", async () => {
  const asked: number[] = [];
  const worker = new ProbeWorker({
    kind: "liveness",
    probe: { initialDelaySeconds: 5, periodSeconds: 10 },
    // The container began an hour from now, says the clock.
    ageMs: -3_600_000,
    uptimeMs: () => Date.now(),
    run: async () => {
      asked.push(Date.now() / 1000);
      return success();
    },
    onVerdict: () => undefined,
    onFailure: () => undefined,
  });
  worker.start();
  await vi.advanceTimersByTimeAsync(16_000);
  worker.stop();
  expect(asked).toEqual([5, 15]);
});

test("a period longer than a timer can wait is no reason to probe without a pause", async () => {
  const run = probed("readiness", { periodSeconds: 2_147_484 }, () => success());
  await vi.advanceTimersByTimeAsync(60_000);
  expect(run.asked).toEqual([0]);
});

test("a probe that throws counts as unknown, and is asked again", async () => {
  const run = probed("liveness", { periodSeconds: 10 }, () => {
    throw new Error("cannot be asked");
  });
  await vi.advanceTimersByTimeAsync(25_000);
  expect(run.asked).toEqual([0, 10, 20]);
  expect(run.verdicts).toEqual([]);
});
