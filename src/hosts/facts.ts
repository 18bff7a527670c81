/** What a host told of itself, gathered in one round trip. */
export type Facts = {
  readonly hostname: string;
  readonly os: {
    readonly id: string;
    readonly versionId: string;
    readonly prettyName: string;
    readonly idLike: readonly string[];
  };
  /** Go's word for the architecture: amd64, arm64. */
  readonly arch: string;
  readonly kernel: string;
  readonly cgroup: "v1" | "v2" | "hybrid";
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly swapBytes: number;
  readonly addresses: readonly {
    readonly interface: string;
    readonly address: string;
    readonly prefixLength: number;
  }[];
  /** The address that the default route would use, if there is a default route. */
  readonly defaultRouteAddress?: string;
  readonly initSystem: "systemd" | "other";
  readonly packageManager: "apt" | "dnf" | "zypper" | "none";
  /** Container runtime sockets that exist. */
  readonly runtimeSockets: readonly string[];
  /** Host clock minus operator clock, corrected by half the round trip. */
  readonly clockOffsetMs: number;
  readonly bootId: string;
  readonly machineId: string;
  /** Free bytes of the paths that matter (/, /var/lib, /etc, /opt, /tmp), by path. */
  readonly freeDiskBytes: Readonly<Record<string, number>>;
  readonly modules: readonly string[];
  readonly security: { readonly selinux: "enforcing" | "permissive" | "disabled"; readonly apparmor: boolean };
  readonly firewall: "firewalld" | "ufw" | "none";
  /** False where the host can't lower oom_score_adj (no CAP_SYS_RESOURCE). */
  readonly canLowerOomScore: boolean;
  /** systemd-resolved answers on a loopback address there; the real servers stand in its own resolv.conf. */
  readonly usesSystemdResolved: boolean;
  /** Proxy variables that a command finds there, by their names; a URL in them may hold a password. */
  readonly proxies: Readonly<Record<string, string>>;
};
