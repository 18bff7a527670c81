import { expect, test } from "vitest";
import { PodVerdicts } from "../../../src/kubelet/pods/pod-verdicts.ts";
import { pod, uid } from "../sample.ts";

const startTime = "1970-01-01T00:00:10Z";
const brief = pod({ activeDeadlineSeconds: 5 });
const refusal = { reason: "Evicted", message: "too much" };

/** Verdicts at a time that can be moved, and the deadlines that were told. */
function verdicts() {
  const clock = { seconds: 0 };
  const told: string[] = [];
  const options = {
    now: () => clock.seconds * 1000,
    onDeadline: (_: unknown, why: { reason: string }) => told.push(why.reason),
  };
  return { verdicts: new PodVerdicts(options), clock, told };
}

test("a pod that outlives its deadline fails, and that is told once", () => {
  const { verdicts: found, clock, told } = verdicts();
  clock.seconds = 14;
  expect(found.of(brief, { phase: "Running", startTime })).toBeUndefined();
  clock.seconds = 15;
  expect(found.of(brief, { phase: "Running", startTime })?.reason).toBe("DeadlineExceeded");
  expect(found.of(brief, { phase: "Running", startTime })?.reason).toBe("DeadlineExceeded");
  expect(told).toEqual(["DeadlineExceeded"]);
});

test("a deadline that passes after the pod's end changes nothing", () => {
  const { verdicts: found, clock } = verdicts();
  clock.seconds = 100;
  expect(found.of(brief, { phase: "Succeeded", startTime })).toBeUndefined();
});

test("the first decision stands until the pod is forgotten", () => {
  const { verdicts: found } = verdicts();
  found.fail(uid, refusal);
  found.disrupt(uid, { reason: "Terminated", message: "shutdown" });
  expect(found.of(pod(), {})).toEqual({ phase: "Failed", ...refusal });
  found.forget(uid);
  found.disrupt(uid, { reason: "Terminated", message: "shutdown" });
  expect(found.of(pod(), {})).toMatchObject({ reason: "Terminated", isDisruption: true });
});
