import type { CgroupDriver } from "./cgroup-driver.ts";

/** What a runtime tells of its settings. */
export type RuntimeAccount = {
  /** Its answer to CRI's RuntimeConfig; older ones know no such question (containerd before 2, CRI-O before 1.28). */
  readonly driver: CgroupDriver | undefined;
  /** `Status` of CRI, verbose, key `config`: containerd's as JSON, CRI-O tells nothing there. */
  readonly config: string | undefined;
};

/** What in a runtime's own account does not fit the host; undefined when all fits, or when the runtime tells nothing. */
export function judgeRuntime({ driver, config }: RuntimeAccount, wanted: CgroupDriver): string | undefined {
  const found = driver ?? driverIn(config);
  if (found === undefined || found === wanted) return undefined;
  return `its cgroup driver is ${found}, and this host's kubelet uses ${wanted}`;
}

type ContainerdStatus = {
  readonly containerd?: {
    readonly defaultRuntimeName?: string;
    readonly runtimes?: Readonly<Record<string, { readonly options?: { readonly SystemdCgroup?: boolean } | null }>>;
  };
};

function driverIn(config: string | undefined): CgroupDriver | undefined {
  try {
    const { containerd } = JSON.parse(config ?? "{}") as ContainerdStatus;
    const runtime = containerd?.runtimes?.[containerd.defaultRuntimeName ?? "runc"];
    if (!runtime) return undefined;
    return runtime.options?.SystemdCgroup ? "systemd" : "cgroupfs";
  } catch {
    return undefined;
  }
}
