import { setFlagsFromString } from "node:v8";
import { systemClock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { connectionOf, runComponent } from "../../kube/program/component.ts";
import { parseFlags } from "../../kube/program/flags.ts";
import { klog } from "../../kube/program/log.ts";
import { clientMetrics } from "../../kube/serving/client-metrics.ts";
import { WorkQueueMetrics } from "../../kube/work-queue-metrics.ts";
import { controllers, enabledControllers } from "./controllers.ts";
import { AccountClients } from "./framework/account-clients.ts";
import { lead } from "./lead.ts";
import { controllerManagerFlags } from "./options.ts";

// it waits more than it computes, and the optimizing compilers with what they make would keep 10 MiB resident
for (const compiler of ["opt", "maglev"]) setFlagsFromString(`--no-${compiler}`);

const name = "kube-controller-manager";
const log = klog(name, (line) => process.stderr.write(line));
const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

try {
  const options = parseFlags(controllerManagerFlags, process.argv.slice(2));
  const chosen = enabledControllers(controllers, options.controllers);
  const component = { name, port: options["secure-port"], log };
  await runComponent(
    component,
    options,
    async ({ client, held, metrics, signal }) => {
      const connection = connectionOf(options);
      const answered = clientMetrics(metrics, connection.server);
      const accounts = options["use-service-account-credentials"]
        ? new AccountClients(client, connection, { now: Date.now, answered })
        : undefined;
      const queues = new WorkQueueMetrics(metrics);
      const clientOf = (account: string) => accounts?.of(account) ?? client;
      await lead(chosen, { client, clientOf, held, options, queues, log, ...systemClock, random: Math.random, signal });
      accounts?.close();
    },
    stop.signal,
  );
  process.exit(0);
} catch (thrown) {
  log("E", "kube-controller-manager ends", { error: messageOf(thrown) });
  process.exit(1);
}
