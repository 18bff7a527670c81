import { join } from "node:path";

/** Where everything of the labs lives; pure path arithmetic. */
export type Layout = {
  readonly home: string;
  readonly roots: string;
  readonly layers: string;
  /** One file for each subnet in use; its content is the lab's name. */
  readonly subnets: string;
  readonly labs: string;
  readonly locks: string;
};

export const defaultHome = "/var/lib/slipway-lab";

export function layoutOf(home: string): Layout {
  return {
    home,
    roots: join(home, "cache/roots"),
    layers: join(home, "cache/layers"),
    subnets: join(home, "subnets"),
    labs: join(home, "labs"),
    locks: join(home, "locks"),
  };
}

/** The files of one lab. */
export type LabPaths = {
  readonly dir: string;
  readonly state: string;
  readonly clusterFile: string;
  readonly key: string;
  readonly knownHosts: string;
  readonly lock: string;
};

export function labPaths(layout: Layout, name: string): LabPaths {
  const dir = join(layout.labs, name);
  return {
    dir,
    state: join(dir, "lab.json"),
    clusterFile: join(dir, "cluster.yaml"),
    key: join(dir, "id_ed25519"),
    knownHosts: join(dir, "known_hosts"),
    lock: join(layout.locks, `${name}.lock`),
  };
}

/** The directories of one host of a lab. */
export type HostPaths = {
  readonly dir: string;
  /** The mounted root, which the host boots from. */
  readonly root: string;
  readonly upper: string;
  readonly work: string;
  /** A real directory under /var/lib/containerd: its snapshots are overlays, which can't be written onto an overlay. */
  readonly containerd: string;
  readonly console: string;
};

export function hostPaths(lab: LabPaths, host: string): HostPaths {
  const dir = join(lab.dir, "hosts", host);
  return {
    dir,
    root: join(dir, "root"),
    upper: join(dir, "upper"),
    work: join(dir, "work"),
    containerd: join(dir, "containerd"),
    console: join(dir, "console.log"),
  };
}
