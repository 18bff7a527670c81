import type { Clock } from "../../../src/base/clock.ts";
import type { Controller } from "../../../src/components/controller-manager/framework/controller.ts";
import { lead } from "../../../src/components/controller-manager/lead.ts";
import { controllerManagerFlags } from "../../../src/components/controller-manager/options.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { parseFlags } from "../../../src/kube/program/flags.ts";
import { Metrics } from "../../../src/kube/serving/metrics.ts";
import { WorkQueueMetrics } from "../../../src/kube/work-queue-metrics.ts";

/** Runs controllers in the test's own process, by the clock that it gives them; resolves with what stops them. */
export function startControllers(
  client: KubeClient,
  controllers: readonly Controller[],
  { now, after }: Clock,
): () => Promise<void> {
  const stop = new AbortController();
  const led = lead(controllers, {
    client,
    clientOf: () => client,
    held: () => true,
    options: parseFlags(controllerManagerFlags, []),
    queues: new WorkQueueMetrics(new Metrics()),
    log: () => undefined,
    now,
    after,
    random: Math.random,
    signal: stop.signal,
  });
  return async () => {
    stop.abort();
    await led.catch(() => undefined);
  };
}
