import type { RegistryWish, RuntimeWish } from "../runtime-wish.ts";
import type { ConfigFormat } from "./config-format.ts";
import { type TomlTable, toml } from "./toml.ts";

export const containerdConfigPath = "/etc/containerd/config.toml";
export const certsDirectory = "/etc/containerd/certs.d";

export type ContainerdConfigInput = {
  readonly wish: Pick<RuntimeWish, "registries" | "maxConcurrentDownloads">;
  /** The image of the process that holds a pod's namespaces. */
  readonly sandboxImage: string;
  readonly format: ConfigFormat;
  readonly cgroupDriver: "systemd" | "cgroupfs";
  /** Set where the host lacks CAP_SYS_RESOURCE: every sandbox would fail otherwise. */
  readonly restrictOomScoreAdj: boolean;
};

/** containerd's config.toml for a Kubernetes node; what is not said stays at containerd's own default. */
export function containerdConfig(input: ContainerdConfigInput): string {
  const header = "# Written by slipway; changes made here are undone by its next run.\n";
  return header + toml(input.format === 2 ? formatTwo(input) : formatThree(input));
}

function formatTwo(input: ContainerdConfigInput): TomlTable {
  return {
    version: 2,
    plugins: {
      "io.containerd.grpc.v1.cri": { ...ofRuntime(input), sandbox_image: input.sandboxImage, ...ofImages(input) },
    },
  };
}

function formatThree(input: ContainerdConfigInput): TomlTable {
  return {
    version: 3,
    plugins: {
      "io.containerd.cri.v1.runtime": ofRuntime(input),
      "io.containerd.cri.v1.images": { ...ofImages(input), pinned_images: { sandbox: input.sandboxImage } },
    },
  };
}

function ofRuntime({ cgroupDriver, restrictOomScoreAdj }: ContainerdConfigInput): TomlTable {
  return {
    restrict_oom_score_adj: restrictOomScoreAdj ? true : undefined,
    cni: { bin_dir: "/opt/cni/bin", conf_dir: "/etc/cni/net.d" },
    containerd: {
      runtimes: {
        runc: { runtime_type: "io.containerd.runc.v2", options: { SystemdCgroup: cgroupDriver === "systemd" } },
      },
    },
  };
}

function ofImages({ wish }: ContainerdConfigInput): TomlTable {
  return {
    max_concurrent_downloads: wish.maxConcurrentDownloads,
    registry: { config_path: certsDirectory, configs: credentials(wish.registries) },
  };
}

/** Credentials by the host that containerd talks to: a mirror with a password is a registry of its own here. */
function credentials(registries: Readonly<Record<string, RegistryWish>>): TomlTable | undefined {
  const known = Object.entries(registries).flatMap(([registry, { credentials: own }]) =>
    own ? [[registry === "docker.io" ? "registry-1.docker.io" : registry, { auth: own }] as const] : [],
  );
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}
