import { hostname } from "node:os";
import { exitCodes, messageOf, SlipwayError } from "../base/errors.ts";
import { startKubelet } from "./kubelet.ts";
import { createLog } from "./log.ts";
import { loadSettings } from "./settings.ts";

/** The Kubernetes version that this kubelet speaks for. */
const version = "v1.36.2";

async function main(argv: readonly string[]): Promise<void> {
  const settings = loadSettings(argv);
  if (settings.flags.version) {
    process.stdout.write(`Kubernetes ${version}\n`);
    return;
  }
  const log = createLog(
    settings.config.verbosity,
    (line) => process.stderr.write(line),
    () => new Date(),
  );
  log.info("Kubelet version", { kubeletVersion: version, node: process.version, hostname: hostname() });
  if (settings.withoutEffect.length > 0)
    log.info("These settings have no effect in this kubelet", { fields: settings.withoutEffect });
  const kubelet = await startKubelet(settings, {
    log,
    now: Date.now,
    uptimeMs: () => performance.now(),
    random: Math.random,
    version,
    onFatal: (thrown) => {
      log.error("The kubelet can't go on", { err: thrown });
      process.exit(exitCodes.failure);
    },
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      log.info("Shutting down", { signal });
      void kubelet.stop().finally(() => process.exit(exitCodes.ok));
    });
  }
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(thrown instanceof SlipwayError ? exitCodes[thrown.details.exit] : exitCodes.failure);
});
