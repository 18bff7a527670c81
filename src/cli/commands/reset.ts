import { createInterface } from "node:readline/promises";
import type { CommandModule } from "yargs";
import { ClusterHosts } from "../../apply/cluster-hosts.ts";
import { SlipwayError } from "../../base/errors.ts";
import { requireCluster } from "../../config/cluster/parse-cluster.ts";
import { connectHost } from "../../hosts/connect.ts";
import type { Surroundings } from "../../hosts/surroundings.ts";
import type { Mode } from "../../phases/engine/phase.ts";
import type { HostSource } from "../../phases/engine/run/workflow-run.ts";
import { resetHosts } from "../../reset/reset.ts";
import { clusterSource } from "../cluster-source.ts";
import { type HostArguments, hostOptions, oneHost } from "../one-host.ts";
import { runSession } from "../session/session.ts";
import { type SessionArguments, sessionOf, sessionOptions } from "../session/session-options.ts";

type Arguments = SessionArguments &
  HostArguments & {
    readonly file?: string;
    readonly hosts: readonly string[];
    readonly yes: boolean;
    readonly force: boolean;
    readonly "dry-run": boolean;
  };

export const reset: CommandModule<object, Arguments> = {
  command: "reset",
  describe: "Take the cluster off a host, or off all hosts of a file",
  builder: (yargs) =>
    yargs
      .options({
        file: { type: "string", describe: "a cluster file, to reset its hosts" },
        hosts: { type: "string", array: true, default: [] as string[], describe: "only these hosts of the file" },
        yes: { alias: "y", type: "boolean", default: false, describe: "do not ask" },
        force: { alias: "f", type: "boolean", default: false, describe: "kubeadm's word for --yes" },
        "dry-run": { type: "boolean", default: false, describe: "show what would be removed, and remove nothing" },
        ...hostOptions,
        ...sessionOptions,
      })
      .command(phase)
      .example("slipway reset --dry-run", "what would go from this machine")
      .example("slipway reset --file cluster.yaml -y", "all hosts of a file") as never,
  handler: async (argv) => {
    if (argv["dry-run"]) return run(argv, "plan");
    if (!argv.yes && !argv.force) await confirm(argv);
    await run(argv, "apply");
  },
};

/** `reset phase NAME`: one of its phases by kubeadm's name; it is no less than a reset, and asks as one. */
const phase: CommandModule<object, Arguments & { readonly name: string }> = {
  command: "phase <name>",
  describe: "Run one phase of reset: remove-etcd-member, stop-kubelet, remove-pods, cleanup-node, …",
  builder: (yargs) => yargs.positional("name", { type: "string", demandOption: true, describe: "the phase" }) as never,
  handler: (argv) => reset.handler({ ...argv, phase: [argv.name] } as never),
};

async function run(argv: Arguments, mode: Mode): Promise<void> {
  await runSession(sessionOf(argv), async ({ around, ...session }) => {
    const { hosts, close } = targets(argv, around);
    const narrowed = { skipPhases: argv["skip-phases"], onlyPhases: argv.phase, parallel: argv.parallel };
    try {
      return await resetHosts({ ...session, ...narrowed, hosts, mode });
    } finally {
      await close();
    }
  });
}

function targets(argv: Arguments, around: Surroundings): { hosts: readonly HostSource[]; close: () => Promise<void> } {
  if (argv.file !== undefined) {
    const all = new ClusterHosts(requireCluster(clusterSource(argv.file)).cluster, around, argv.hosts);
    return { hosts: all.sources, close: () => all.close() };
  }
  const address = oneHost(argv);
  let host: ReturnType<typeof connectHost> | undefined;
  const connect = () => {
    host ??= connectHost(address, around);
    return host;
  };
  return { hosts: [{ name: address.name, connect }], close: async () => (await host?.catch(() => undefined))?.close() };
}

/** Shows what would go, then kubeadm's question: anything but y or yes is a no, and so is the lack of a terminal. */
async function confirm(argv: Arguments): Promise<void> {
  const what = argv.file ? `all hosts of ${argv.file}` : (argv.host ?? "this machine");
  if (process.stdin.isTTY) {
    await run(argv, "plan");
    const screen = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await screen.question(`This takes the cluster off ${what}, etcd's data included. Go on? [y/N] `);
    screen.close();
    if (/^y(es)?$/i.test(answer.trim())) return;
  }
  throw new SlipwayError({
    code: "NOT_CONFIRMED",
    exit: "usage",
    message: `nothing was removed from ${what}`,
    remedy: "see what would go with --dry-run, and confirm with --yes",
  });
}
