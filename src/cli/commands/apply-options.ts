import { dirname } from "node:path";
import type { ApplyOptions } from "../../apply/apply.ts";
import { applyCluster } from "../../apply/apply.ts";
import { once } from "../../base/once.ts";
import { requireCluster } from "../../config/cluster/parse-cluster.ts";
import { defaultKubernetesVersion } from "../../config/kubeadm/distribution.ts";
import type { Mode } from "../../phases/engine/phase.ts";
import { buildDistribution } from "../../runtime/build-distribution.ts";
import { resolveRuntimeWish } from "../../runtime/resolve-runtime-wish.ts";
import { clusterSource, fileOption } from "../cluster-source.ts";
import type { Output } from "../render/renderer-for.ts";
import { cacheFolder } from "../session/folders.ts";
import { runSession } from "../session/session.ts";
import { nameList, preflightOptions, sessionOptions } from "../session/session-options.ts";
import { slipwayVersion } from "../slipway-version.ts";

/** Options that `plan` and `apply` share. */
export const applyOptions = {
  ...fileOption,
  ...sessionOptions,
  ...preflightOptions,
  hosts: nameList("work on these hosts only"),
  prune: { type: "boolean", default: false, describe: "drain and delete Nodes that are not in the file" },
} as const;

export type ApplyArguments = {
  readonly config: string;
  readonly output: Output;
  readonly verbose: boolean;
  readonly "break-lock": boolean;
  readonly parallel: number;
  readonly phase: readonly string[];
  readonly "skip-phases": readonly string[];
  readonly "ignore-preflight-errors": readonly string[];
  readonly hosts: readonly string[];
  readonly prune: boolean;
};

/** Reads the file, runs the workflow over it and sets the exit code. */
export async function runApply(argv: ApplyArguments, mode: Mode, detailedExitcode = false): Promise<void> {
  const { config, hosts, phase, parallel, output, verbose } = argv;
  const screen = { output, verbose, breakLock: argv["break-lock"], detailedExitcode };
  const file = requireCluster(clusterSource(config));
  await runSession(screen, ({ around, ...session }) => {
    const cache = cacheFolder(around.env, around.home);
    const kubernetesVersion = file.cluster.settings.kubernetesVersion ?? defaultKubernetesVersion;
    const options: ApplyOptions = {
      ...session,
      around,
      file,
      mode,
      parallel,
      prune: argv.prune,
      skipPhases: argv["skip-phases"],
      onlyPhases: phase,
      ignoredPreflightErrors: argv["ignore-preflight-errors"],
      distribution: once(() => buildDistribution({ cache, version: slipwayVersion, kubernetesVersion })),
      runtime: resolveRuntimeWish(file.cluster.settings.runtime, { folder: dirname(file.file), cache, around }),
    };
    return applyCluster(hosts.length > 0 ? { ...options, only: hosts } : options);
  });
}
