import { readFileSync } from "node:fs";
import { messageOf } from "../../base/errors.ts";
import { ApiEventRecorder } from "../../kube/event-recorder.ts";
import { Informers } from "../../kube/informer/informers.ts";
import { fencedClient } from "../../kube/leader-election/fenced-client.ts";
import { type Lead, runComponent } from "../../kube/program/component.ts";
import { parseFlags } from "../../kube/program/flags.ts";
import { klog } from "../../kube/program/log.ts";
import { configuredFlags, parseConfiguration } from "./config/configuration.ts";
import { SchedulerMetrics } from "./metrics/scheduler-metrics.ts";
import { schedulerFlags } from "./options.ts";
import { Scheduler } from "./scheduler.ts";

const name = "kube-scheduler";
const log = klog(name, (line) => process.stderr.write(line));
const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

try {
  const options = parseFlags(schedulerFlags, process.argv.slice(2));
  const configuration = parseConfiguration(options.config ? readFileSync(options.config, "utf8") : "");
  const lead: Lead = async ({ client, held, metrics, signal }) => {
    const own = fencedClient(client, held);
    const informers = new Informers(client, {
      onError: (thrown) => log("W", "watch failed", { error: messageOf(thrown) }),
    });
    const scheduler = new Scheduler({
      client: own,
      informers,
      recorder: new ApiEventRecorder(own, { component: "default-scheduler" }),
      profiles: configuration.profiles,
      log,
      now: Date.now,
      random: Math.random,
      signal,
      backoff: { ...configuration.backoff, stuckMs: options["pod-max-in-unschedulable-pods-duration"] },
      metrics: new SchedulerMetrics(metrics),
    });
    await informers.start(signal);
    log("I", "Caches are synced", { informers: informers.all.length });
    await scheduler.run();
  };
  await runComponent(
    { name, port: options["secure-port"], log },
    configuredFlags(options, configuration),
    lead,
    stop.signal,
  );
  process.exit(0);
} catch (thrown) {
  log("E", "kube-scheduler ends", { error: messageOf(thrown) });
  process.exit(1);
}
