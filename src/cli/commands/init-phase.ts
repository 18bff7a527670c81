import type { CommandModule } from "yargs";
import { type OfflinePhase, offlinePhases, partsOf } from "../../init/offline/offline-phase.ts";
import { writePhase } from "../../init/offline/write-phase.ts";
import { patchPods } from "../../manifests/patches/patched.ts";
import { localPatches } from "../../phases/cluster/local-patches.ts";
import { refuseFlagsBesideConfig } from "../flags-beside-config.ts";
import { initOptions } from "../init-options.ts";
import { type InitSourceArguments, initInputOf } from "../init-source.ts";
import { type HostArguments, hostOptions } from "../one-host.ts";
import { type SessionArguments, sessionOptions } from "../session/session-options.ts";

export type InitPhaseArguments = InitSourceArguments &
  HostArguments &
  SessionArguments & {
    readonly area: OfflinePhase;
    readonly part: string;
    readonly rootfs: string;
    readonly "dry-run"?: boolean;
  };

/** `init phase certs|kubeconfig|control-plane|etcd`: what those phases write, on this machine or below any directory. */
export const initPhase: CommandModule<object, InitPhaseArguments> = {
  command: "phase <area> <part>",
  describe:
    "Write what one phase of init writes, here, below a directory or on a host: certs, kubeconfig, control-plane or etcd",
  builder: (yargs) =>
    yargs
      .positional("area", {
        choices: Object.keys(offlinePhases) as OfflinePhase[],
        demandOption: true,
        describe: "the phase",
      })
      .positional("part", { type: "string", demandOption: true, describe: "its part, or all" })
      .options({
        ...initOptions,
        ...hostOptions,
        ...sessionOptions,
        rootfs: { type: "string", default: "/", describe: "the directory that stands for the host's root" },
      })
      .example("slipway init phase certs all --rootfs ./tree", "a whole PKI, offline")
      .example("slipway init phase certs apiserver --host root@192.0.2.11", "one certificate on a host, by SSH")
      .example("slipway init phase etcd local --config kubeadm.yaml --rootfs ./tree", "etcd's static pod"),
  handler: async (argv) => {
    refuseFlagsBesideConfig(process.argv.slice(2));
    if (argv.host !== undefined) {
      const { runPhaseOnHost } = await import("./run-phase-on-host.ts");
      await runPhaseOnHost(argv);
      return;
    }
    const config = initInputOf(argv);
    const { rootfs } = argv;
    const parts = partsOf(argv.area, argv.part, config.cluster);
    const patch = patchPods(await localPatches(config.init, (text) => process.stderr.write(`warning: ${text}\n`)));
    const tree = await writePhase({ config, parts, rootfs, now: new Date(), environment: process.env, patch });
    const { area } = argv;
    for (const name of tree.kept) process.stdout.write(`[${area}] Using the existing ${name}\n`);
    for (const { path } of tree.files) process.stdout.write(`[${area}] Wrote ${path}\n`);
    for (const text of tree.warnings) process.stderr.write(`warning: ${text}\n`);
  },
};
