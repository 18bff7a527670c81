import type { CommandModule } from "yargs";
import { lazyCommand } from "./lazy-command.ts";

/** Every command of the CLI, in the order of its help; one line each, the code in commands/. */
export const commands: readonly CommandModule[] = [
  lazyCommand(
    "apply",
    "Bring every host of a cluster file to what the file says",
    async () => (await import("./commands/apply.ts")).apply,
  ),
  lazyCommand(
    "plan",
    "Print what apply would change, and change nothing",
    async () => (await import("./commands/plan.ts")).plan,
  ),
  lazyCommand(
    "init",
    "Make a host the first control plane of a cluster",
    async () => (await import("./commands/init.ts")).init,
  ),
  lazyCommand(
    "join [endpoint]",
    "Make a host a worker or a further control plane of a cluster",
    async () => (await import("./commands/join.ts")).join,
  ),
  lazyCommand(
    "reset",
    "Take the cluster off a host, or off all hosts of a file",
    async () => (await import("./commands/reset.ts")).reset,
  ),
  lazyCommand(
    "status",
    "Tell how a cluster is: hosts, Nodes, components, certificates",
    async () => (await import("./commands/status.ts")).status,
  ),
  lazyCommand(
    "support",
    "Collect logs, manifests and state of every host into one redacted archive",
    async () => (await import("./commands/support.ts")).support,
  ),
  lazyCommand(
    "hosts",
    "Connect to the hosts of a cluster file and print their facts",
    async () => (await import("./commands/hosts.ts")).hosts,
  ),
  lazyCommand(
    "config",
    "Print, check and convert configuration files",
    async () => (await import("./commands/config.ts")).config,
  ),
  lazyCommand(
    "certs",
    "Renew, check and request a control plane's certificates",
    async () => (await import("./commands/certs.ts")).certs,
  ),
  lazyCommand(
    "token",
    "Make, list and delete bootstrap tokens",
    async () => (await import("./commands/token.ts")).token,
  ),
  lazyCommand(
    "kubeconfig",
    "Access to a cluster for people and programs",
    async () => (await import("./commands/kubeconfig.ts")).kubeconfig,
  ),
  lazyCommand(
    "images",
    "Build the images of the embedded distribution and bring them to hosts",
    async () => (await import("./commands/images.ts")).images,
  ),
  lazyCommand(
    "lab",
    "Make and drive throwaway hosts on this machine",
    async () => (await import("./commands/lab.ts")).lab,
  ),
  lazyCommand(
    "completion <shell>",
    "Print a completion script for bash or zsh",
    async () => (await import("./commands/completion.ts")).completion,
  ),
  lazyCommand(
    "version",
    "Print the versions of Slipway and what it installs",
    async () => (await import("./commands/version.ts")).version,
  ),
];
