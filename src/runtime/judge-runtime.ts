import type { CgroupDriver } from "./cgroup-driver.ts";

/**
 * What in a runtime's own account of its settings (`Status` of CRI, verbose, key `config`: containerd's, as JSON) does
 * not fit the host; undefined when all fits, or when the runtime tells nothing, as CRI-O does.
 */
export function judgeRuntime(config: string | undefined, driver: CgroupDriver): string | undefined {
  const usesSystemd = systemdCgroupOf(config);
  if (usesSystemd === undefined) return undefined;
  const found: CgroupDriver = usesSystemd ? "systemd" : "cgroupfs";
  return found === driver ? undefined : `its cgroup driver is ${found}, and this host's kubelet uses ${driver}`;
}

type ContainerdStatus = {
  readonly containerd?: {
    readonly defaultRuntimeName?: string;
    readonly runtimes?: Readonly<Record<string, { readonly options?: { readonly SystemdCgroup?: boolean } | null }>>;
  };
};

function systemdCgroupOf(config: string | undefined): boolean | undefined {
  try {
    const { containerd } = JSON.parse(config ?? "{}") as ContainerdStatus;
    const runtime = containerd?.runtimes?.[containerd.defaultRuntimeName ?? "runc"];
    return runtime ? (runtime.options?.SystemdCgroup ?? false) : undefined;
  } catch {
    return undefined;
  }
}
