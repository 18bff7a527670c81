import { pauseImage } from "../config/kubeadm/values/images.ts";
import {
  criSocketOf,
  effectiveInstall,
  type FoundRuntime,
  foundRuntimeScript,
  neededPackages,
  parseFoundRuntime,
} from "../runtime/found-runtime.ts";
import type { RuntimeWish } from "../runtime/runtime-wish.ts";
import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import type { Check } from "./engine/check.ts";
import type { Phase, Target } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import { packages } from "./engine/resources/packages.ts";
import { service } from "./engine/resources/service.ts";
import { environmentDropIn } from "./host-settings/environment.ts";
import { settingsOf } from "./host-settings/host-settings-context.ts";
import { installedArchives } from "./runtime/archives.ts";
import { cniFolders } from "./runtime/cni-plugins.ts";
import { containerdSettings, crictlSettings, keptConfiguration, registrySettings } from "./runtime/containerd-files.ts";
import { runtimeAnswers } from "./runtime/runtime-answers.ts";
import { runtimeFits } from "./runtime/runtime-fits.ts";

/** The container runtime of a host: containerd, runc and CNI plugins, set as Kubernetes wants them. */
export const runtime: Phase<ClusterContext> = {
  id: "runtime",
  title: "Install and set up the container runtime",
  readsHost: true,
  appliesTo: () => true,
  checks: ({ runtime: wish }, target) => [socketIsThere(wish, target)],
  resources: async (context, target) => {
    const install = effectiveInstall(context.runtime, target.facts.runtimeSockets);
    return install.kind === "none" ? [] : containerd(context, target);
  },
  ready: async ({ runtime: wish }, target) => {
    const { runtimeSockets } = target.facts;
    const socket = criSocketOf(wish, runtimeSockets);
    await runtimeAnswers(socket, target);
    if (effectiveInstall(wish, runtimeSockets).kind === "none") await runtimeFits(socket, target);
  },
};

async function containerd(context: ClusterContext, target: Target): Promise<readonly Resource[]> {
  const { host, facts } = target;
  const { runtime: wish } = context;
  const { stdout } = await host.run(["sh", "-c", foundRuntimeScript]);
  const found = parseFoundRuntime(stdout);
  const sandboxImage = pauseImage(nodeOf(context, target).input.cluster);
  const variables = settingsOf(context, target)?.environment ?? {};
  const environment = Object.keys(variables).length > 0 ? [environmentDropIn("containerd", variables)] : [];
  const settings = containerdSettings(wish, { version: found.containerdVersion, sandboxImage, facts });
  return [
    keptConfiguration(),
    // before the package, whose first start then finds them
    ...settings,
    ...registrySettings(wish),
    ...installed(wish, found, facts),
    ...(found.hasCrictl ? [crictlSettings("/run/containerd/containerd.sock")] : []),
    service("containerd", { restartOn: [...settings, ...environment] }),
  ];
}

function installed({ install }: RuntimeWish, found: FoundRuntime, facts: Target["facts"]): readonly Resource[] {
  if (install.kind === "archives") return [...cniFolders(false), ...installedArchives(install)];
  const names = neededPackages(found);
  const isPlugins = names.includes("containernetworking-plugins");
  return [...(names.length > 0 ? [packages(names, facts)] : []), ...cniFolders(isPlugins)];
}

/** Where nothing is to be installed, something must be there. */
function socketIsThere(wish: RuntimeWish, { facts }: Target): Check {
  const isMissing = wish.install.kind === "none" && !wish.install.socket && facts.runtimeSockets.length === 0;
  return {
    name: "CRI",
    probe: () => [],
    judge: () =>
      isMissing
        ? [{ severity: "error", message: "no container runtime listens on this host, and none is to be installed" }]
        : [],
  };
}
