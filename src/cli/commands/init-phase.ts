import type { CommandModule } from "yargs";
import { SlipwayError } from "../../base/errors.ts";
import { type OfflinePhase, offlinePhases, partsOf } from "../../init/offline/offline-phase.ts";
import { writePhase } from "../../init/offline/write-phase.ts";
import { patchPods } from "../../manifests/patches/patched.ts";
import { localPatches } from "../../phases/cluster/local-patches.ts";
import { refuseFlagsBesideConfig } from "../flags-beside-config.ts";
import { initOptions, initRunOptions } from "../init-options.ts";
import type { InitPhaseArguments, OfflineChoice } from "../init-phase-arguments.ts";
import { initInputOf } from "../init-source.ts";
import { hostOptions } from "../one-host.ts";
import { preflightOptions, sessionOptions } from "../session/session-options.ts";

const names =
  "preflight, prepare, runtime, images, kubelet, certs, kubeconfig, etcd, control-plane, kubelet-start, wait-control-plane, " +
  "upload-config, upload-certs, mark-control-plane, bootstrap-token, kubelet-finalize, addon or show-join-command";

/** `init phase NAME [PART]`: one phase by itself; those that only write files also work below any directory. */
export const initPhase: CommandModule<object, InitPhaseArguments> = {
  command: "phase <name> [part]",
  describe:
    "Run one phase of init, here or on a host; certs, kubeconfig, control-plane and etcd also below a directory",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: names })
      .positional("part", { type: "string", describe: "its part, or all: apiserver, coredns, kubeadm, …" })
      .options({
        ...initOptions,
        ...initRunOptions,
        ...hostOptions,
        ...sessionOptions,
        ...preflightOptions,
        rootfs: { type: "string", default: "/", describe: "the directory that stands for the host's root" },
      })
      .example("slipway init phase certs all --rootfs ./tree", "a whole PKI, offline")
      .example("slipway init phase addon coredns --host root@192.0.2.11", "cluster DNS again, on a host by SSH")
      .example("slipway init phase upload-certs --upload-certs", "share the certificates again") as never,
  handler: async (argv) => {
    refuseFlagsBesideConfig(process.argv.slice(2));
    const { name, part = "all" } = argv;
    const isOffline = name in offlinePhases;
    if (!isOffline) return runPhase(argv, part === "all" ? name : `${name}/${part}`);
    const choice = { area: name as OfflinePhase, part: requirePart(argv) };
    if (argv.host === undefined) return writeHere(argv, choice);
    return (await import("./run-phase-on-host.ts")).runPhaseOnHost(argv, choice);
  },
};

/** A phase of the workflow, as the whole `init` would run it. */
async function runPhase(argv: InitPhaseArguments, phase: string): Promise<void> {
  return (await import("./run-init.ts")).runInit({ ...argv, phase: [phase] });
}

function requirePart({ name, part }: InitPhaseArguments): string {
  if (part !== undefined) return part;
  throw new SlipwayError({
    code: "USAGE",
    exit: "usage",
    message: `which part of ${name}?`,
    remedy: `say one of ${[...offlinePhases[name as OfflinePhase], "all"].join(", ")}`,
  });
}

async function writeHere(argv: InitPhaseArguments, { area, part }: OfflineChoice): Promise<void> {
  const config = initInputOf(argv);
  const { rootfs } = argv;
  const parts = partsOf(area, part, config.cluster);
  const patch = patchPods(await localPatches(config.init, (text) => process.stderr.write(`warning: ${text}\n`)));
  const tree = await writePhase({ config, parts, rootfs, now: new Date(), environment: process.env, patch });
  for (const name of tree.kept) process.stdout.write(`[${area}] Using the existing ${name}\n`);
  for (const { path } of tree.files) process.stdout.write(`[${area}] Wrote ${path}\n`);
  for (const text of tree.warnings) process.stderr.write(`warning: ${text}\n`);
}
