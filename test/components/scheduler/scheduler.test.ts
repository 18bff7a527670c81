import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { parseConfiguration } from "../../../src/components/scheduler/config/configuration.ts";
import { SchedulerMetrics } from "../../../src/components/scheduler/metrics/scheduler-metrics.ts";
import { Scheduler } from "../../../src/components/scheduler/scheduler.ts";
import type { KubeClient, WatchEvent } from "../../../src/kube/client.ts";
import { Informers } from "../../../src/kube/informer/informers.ts";
import type { KubeObject, Resource } from "../../../src/kube/object.ts";
import { Metrics } from "../../../src/kube/serving/metrics.ts";

it("leaves nothing behind at its signal, however often it is woken", async () => {
  const stop = new AbortController();
  const woken = Promise.withResolvers<void>();
  const client = {
    list: async () => ({ kind: "List", apiVersion: "v1", metadata: { resourceVersion: "1" }, items: [] }),
    async *watch({ resource }: Resource): AsyncIterable<WatchEvent<KubeObject>> {
      for (let count = 0; resource === "namespaces" && count < 100; count++) {
        await new Promise((resolve) => setImmediate(resolve));
        const metadata = { name: `n${count}`, uid: `n${count}`, resourceVersion: String(count + 2) };
        yield { type: "ADDED", object: { apiVersion: "v1", kind: "Namespace", metadata } };
      }
      if (resource === "namespaces") woken.resolve();
      await new Promise((resolve) => stop.signal.addEventListener("abort", resolve, { once: true }));
    },
  } as unknown as KubeClient;
  const informers = new Informers(client);
  const scheduler = new Scheduler({
    client,
    informers,
    recorder: { event: () => undefined },
    profiles: parseConfiguration("").profiles,
    log: () => undefined,
    now: Date.now,
    random: Math.random,
    signal: stop.signal,
    backoff: { initialBackoffMs: 1_000, maxBackoffMs: 10_000, stuckMs: 300_000 },
    metrics: new SchedulerMetrics(new Metrics()),
  });
  await informers.start(stop.signal);
  const running = scheduler.run();
  const before = getEventListeners(stop.signal, "abort").length;
  await woken.promise;
  expect(getEventListeners(stop.signal, "abort").length).toBeLessThan(before + 20);
  stop.abort();
  await running;
});
