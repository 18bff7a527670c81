import type { HostPathMount } from "../../config/kubeadm/cluster-configuration.ts";

export type Volumes = { readonly volumes: readonly Volume[]; readonly volumeMounts: readonly VolumeMount[] };
type Volume = { readonly name: string; readonly hostPath: { readonly path: string; readonly type?: string } };
type VolumeMount = { readonly name: string; readonly mountPath: string; readonly readOnly?: true };

/** Folders of certificate authorities on Linux distributions that are mounted where the host has them. */
export const caFolders = [
  "/etc/pki/ca-trust",
  "/etc/pki/tls/certs",
  "/etc/ca-certificates",
  "/usr/share/ca-certificates",
  "/usr/local/share/ca-certificates",
] as const;

/** Volumes and mounts of a pod, sorted by name; one of the user's replaces a default of the same name. */
export function hostPathVolumes(defaults: readonly HostPathMount[], extra: readonly HostPathMount[]): Volumes {
  const byName = new Map([...defaults, ...extra].map((mount) => [mount.name, mount]));
  const sorted = [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  return { volumes: sorted.map(volume), volumeMounts: sorted.map(volumeMount) };
}

export function volume({ name, hostPath, pathType }: HostPathMount): Volume {
  return { hostPath: { path: hostPath, ...(pathType ? { type: pathType } : {}) }, name };
}

export function volumeMount({ name, mountPath, readOnly }: HostPathMount): VolumeMount {
  return { mountPath, name, ...(readOnly ? { readOnly: true } : {}) };
}

/** A path that the pod sees as the host does. */
export function mountOf(name: string, path: string, pathType: string, readOnly = true): HostPathMount {
  return { name, hostPath: path, mountPath: path, readOnly, pathType };
}

/** The certificates of the cluster and the authorities that the host trusts. */
export function certificateMounts(certificatesDir: string, foundCaFolders: readonly string[]): HostPathMount[] {
  return [
    mountOf("k8s-certs", certificatesDir, "DirectoryOrCreate"),
    mountOf("ca-certs", "/etc/ssl/certs", "DirectoryOrCreate"),
    ...caFolders
      .filter((folder) => foundCaFolders.includes(folder))
      .map((folder) => mountOf(folder.slice(1).replaceAll("/", "-"), folder, "DirectoryOrCreate")),
  ];
}
