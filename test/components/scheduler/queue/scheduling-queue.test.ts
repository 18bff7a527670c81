import { expect, test } from "vitest";
import { SchedulingQueue } from "../../../../src/components/scheduler/queue/scheduling-queue.ts";
import { infoOf } from "../cluster.ts";

function queueAt() {
  const clock = { now: 0 };
  const retryOn = (plugin: string) => (plugin === "Fit" ? (["PodDeleted"] as const) : []);
  return { clock, queue: new SchedulingQueue({ now: () => clock.now, retryOn }) };
}
const nameOf = (queue: SchedulingQueue) => queue.pop()?.info.key;
const rejected = new Set(["Fit"]);

test("pods come by priority, then by age", () => {
  const { queue, clock } = queueAt();
  queue.add(infoOf("old"));
  clock.now = 1;
  queue.add(infoOf("young"));
  queue.add(infoOf("important", { spec: { priority: 10 } }));
  expect([nameOf(queue), nameOf(queue), nameOf(queue), nameOf(queue)]).toEqual([
    "default/important",
    "default/old",
    "default/young",
    undefined,
  ]);
});

test("a rejected pod waits for an event that its plugin cares about, and for its back-off", () => {
  const { queue, clock } = queueAt();
  queue.add(infoOf("a"));
  queue.failed(queue.pop()!, rejected);
  clock.now = 400;
  queue.moveOn("NodeLabels");
  expect(queue.size).toEqual({ active: 0, backoff: 0, unschedulable: 1 });
  queue.moveOn("PodDeleted");
  expect(nameOf(queue)).toBeUndefined();
  expect(queue.nextBackoffMs()).toBe(600);
  clock.now = 1000;
  expect(nameOf(queue)).toBe("default/a");
});

test("the back-off counts from the failure: who has waited longer is tried at once", () => {
  const { queue, clock } = queueAt();
  queue.add(infoOf("a"));
  queue.failed(queue.pop()!, rejected);
  clock.now = 60_000;
  queue.moveOn("PodDeleted");
  expect(nameOf(queue)).toBe("default/a");
});

test("an event in the middle of its own attempt is not missed", () => {
  const { queue, clock } = queueAt();
  queue.add(infoOf("a"));
  const attempt = queue.pop()!;
  queue.moveOn("PodDeleted");
  queue.failed(attempt, rejected);
  clock.now = 1000;
  expect(nameOf(queue)).toBe("default/a");
});

test("the back-off doubles to ten seconds", () => {
  const { queue, clock } = queueAt();
  queue.add(infoOf("a"));
  const waits = [1, 2, 3, 4, 5, 6].map(() => {
    queue.failed(queue.pop()!, new Set());
    const wait = queue.nextBackoffMs();
    clock.now += wait ?? 0;
    return wait;
  });
  expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test("a pod that is deleted in its cycle does not come back", () => {
  const { queue, clock } = queueAt();
  queue.add(infoOf("a"));
  const attempt = queue.pop()!;
  queue.delete("default/a");
  queue.failed(attempt, new Set());
  clock.now = 60_000;
  expect(nameOf(queue)).toBeUndefined();
});

test("a changed pod is tried at once", () => {
  const { queue } = queueAt();
  queue.add(infoOf("a"));
  queue.failed(queue.pop()!, rejected);
  queue.add(infoOf("a", { labels: { changed: "" } }));
  expect(queue.pop()?.info.labels).toEqual({ changed: "" });
});

test("after five minutes it is tried whatever happened", () => {
  const { queue, clock } = queueAt();
  queue.add(infoOf("a"));
  queue.failed(queue.pop()!, rejected);
  clock.now = 5 * 60_000 - 1;
  queue.retryStuck();
  expect(queue.size).toEqual({ active: 0, backoff: 0, unschedulable: 1 });
  clock.now++;
  queue.retryStuck();
  expect(nameOf(queue)).toBe("default/a");
});

test("the end of an attempt for a pod that was made anew meanwhile changes nothing for the new one", () => {
  const { queue } = queueAt();
  queue.add(infoOf("a"));
  const attempt = queue.pop()!;
  queue.delete("default/a");
  const { pod, ...info } = infoOf("a");
  queue.add({ ...info, pod: { ...pod, metadata: { ...pod.metadata, uid: "second" } } });
  queue.failed(attempt, rejected);
  queue.done(attempt);
  expect(queue.size).toEqual({ active: 1, backoff: 0, unschedulable: 0 });
  expect(queue.pop()?.info.pod.metadata.uid).toBe("second");
});
