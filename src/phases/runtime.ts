import { pauseImage } from "../config/kubeadm/values/images.ts";
import type { Op } from "../hosts/op.ts";
import { configFormatOf } from "../runtime/containerd/config-format.ts";
import { containerdSocket } from "../runtime/cri-socket.ts";
import { type FoundRuntime, foundRuntimeScript, neededPackages, parseFoundRuntime } from "../runtime/found-runtime.ts";
import type { RuntimeInstall, RuntimeWish } from "../runtime/runtime-wish.ts";
import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import type { Check } from "./engine/check.ts";
import type { Phase, Target } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import { packages } from "./engine/resources/packages.ts";
import { service } from "./engine/resources/service.ts";
import { environmentDropIn } from "./host-settings/environment.ts";
import { settingsOf } from "./host-settings/host-settings-context.ts";
import { installedArchives } from "./runtime/archives.ts";
import { cniFolders, networkConfigurations } from "./runtime/cni-plugins.ts";
import { containerdSettings, crictlSettings, keptConfiguration, registrySettings } from "./runtime/containerd-files.ts";
import { runtimeOf } from "./runtime/node-runtime.ts";
import { runtimeAnswers } from "./runtime/runtime-answers.ts";
import { runtimeFits } from "./runtime/runtime-fits.ts";

/** The container runtime of a host: containerd, runc and CNI plugins, set as Kubernetes wants them. */
export const runtime: Phase<ClusterContext> = {
  id: "runtime",
  title: "Install and set up the container runtime",
  appliesTo: () => true,
  reads: (context, target) => (runtimeOf(context, target).install.kind === "none" ? [] : [findRuntime]),
  checks: (context, target) => {
    const { install, socket } = runtimeOf(context, target);
    return install.kind === "none" ? [somethingListens(socket)] : [];
  },
  resources: async (context, target) => {
    const { install } = runtimeOf(context, target);
    return install.kind === "none" ? [] : containerd({ ...context.runtime, install }, context, target);
  },
  ready: async (context, target) => {
    const { install, socket } = runtimeOf(context, target);
    await runtimeAnswers(socket, target);
    if (install.kind === "none") await runtimeFits(socket, target);
  },
};

const findRuntime: Op = { kind: "run", argv: ["sh", "-c", foundRuntimeScript] };

type InstalledWish = RuntimeWish & { readonly install: Exclude<RuntimeInstall, { kind: "none" }> };

async function containerd(wish: InstalledWish, context: ClusterContext, target: Target): Promise<readonly Resource[]> {
  const { host, facts } = target;
  const [result] = await host.batch([findRuntime]);
  const found = parseFoundRuntime(result?.kind === "ran" ? result.stdout : "");
  const sandboxImage = pauseImage(nodeOf(context, target).input.cluster);
  const variables = settingsOf(context, target)?.environment ?? {};
  const environment = Object.keys(variables).length > 0 ? [environmentDropIn("containerd", variables)] : [];
  const { install } = wish;
  const format =
    install.kind === "archives" ? install.containerd.configFormat : configFormatOf(found.containerdVersion);
  const settings = containerdSettings(wish, { format, sandboxImage, facts });
  const archives = install.kind === "archives" ? installedArchives(install) : [];
  return [
    keptConfiguration(),
    // before the package, whose first start then finds them
    ...settings,
    ...registrySettings(wish),
    ...archives,
    ...(install.kind === "packages" ? installedPackages(found, facts) : cniFolders(false)),
    ...(found.hasCrictl ? [crictlSettings(containerdSocket)] : []),
    service("containerd", { restartOn: [...settings, ...environment, ...archives, networkConfigurations] }),
  ];
}

function installedPackages(found: FoundRuntime, facts: Target["facts"]): readonly Resource[] {
  const names = neededPackages(found);
  const isPlugins = names.includes("containernetworking-plugins");
  return [...(names.length > 0 ? [packages(names, facts)] : []), ...cniFolders(isPlugins)];
}

/** Where nothing is to be installed, something must be there. */
function somethingListens(socket: string): Check {
  return {
    name: "CRI",
    probe: () => [{ kind: "run", argv: ["test", "-S", socket], okExitCodes: [0, 1] }],
    judge: ([found]) => {
      if (found?.kind === "ran" && found.exitCode === 0) return [];
      const message =
        `no container runtime listens on ${socket}, and none is to be installed: ` +
        "start it, correct criSocket, or set spec.runtime.install";
      return [{ severity: "error", message }];
    },
  };
}
