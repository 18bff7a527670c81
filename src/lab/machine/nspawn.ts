/** What one boot of a host needs to know. */
export type Boot = {
  readonly machine: string;
  readonly hostname: string;
  readonly machineId: string;
  readonly root: string;
  readonly bridge: string;
  /** Host paths bound into the machine: [outside, inside]. */
  readonly binds: readonly (readonly [string, string])[];
};

/**
 * The command that boots a host. Its manager of this machine's units is left out (--register=no --keep-unit), so that it
 * works without systemd outside; all capabilities and the key-ring and bpf calls are what a container runtime inside needs,
 * all but one: there is no namespace of the clock, so a host that set its own would set this machine's.
 */
export function nspawnArgv({ machine, hostname, machineId, root, bridge, binds }: Boot): readonly string[] {
  return [
    "systemd-nspawn",
    "--quiet",
    "--settings=no",
    "--register=no",
    "--keep-unit",
    "--boot",
    `--directory=${root}`,
    `--machine=${machine}`,
    `--hostname=${hostname}`,
    `--uuid=${machineId}`,
    `--network-bridge=${bridge}`,
    "--capability=all",
    "--drop-capability=CAP_SYS_TIME",
    "--private-users=no",
    "--system-call-filter=add_key keyctl bpf",
    "--resolv-conf=off",
    "--timezone=off",
    "--link-journal=no",
    "--console=read-only",
    ...binds.map(([outside, inside]) => `--bind=${outside}:${inside}`),
  ];
}

/** /proc/sys/net writable, /sys read-only: systemd-networkd and the like would otherwise wait for a udev that is not there. */
export const nspawnEnv = { SYSTEMD_NSPAWN_API_VFS_WRITABLE: "network" } as const;
