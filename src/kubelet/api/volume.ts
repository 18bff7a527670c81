import type { FieldRef, ResourceFieldRef } from "./container.ts";

export type KeyToPath = { key: string; path: string; mode?: number };
export type DownwardFile = { path: string; fieldRef?: FieldRef; resourceFieldRef?: ResourceFieldRef; mode?: number };

export type HostPathType =
  | ""
  | "DirectoryOrCreate"
  | "Directory"
  | "FileOrCreate"
  | "File"
  | "Socket"
  | "CharDevice"
  | "BlockDevice";

export type ConfigMapSource = { name?: string; items?: KeyToPath[]; defaultMode?: number; optional?: boolean };
export type SecretSource = { secretName?: string; items?: KeyToPath[]; defaultMode?: number; optional?: boolean };

export type VolumeProjection = {
  secret?: { name?: string; items?: KeyToPath[]; optional?: boolean };
  configMap?: { name?: string; items?: KeyToPath[]; optional?: boolean };
  downwardAPI?: { items?: DownwardFile[] };
  serviceAccountToken?: { audience?: string; expirationSeconds?: number; path: string };
};

/** A pod's volume: a name and one source. */
export type Volume = {
  name: string;
  hostPath?: { path: string; type?: HostPathType };
  emptyDir?: { medium?: string; sizeLimit?: string | number };
  configMap?: ConfigMapSource;
  secret?: SecretSource;
  projected?: { sources?: VolumeProjection[]; defaultMode?: number };
  downwardAPI?: { items?: DownwardFile[]; defaultMode?: number };
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
  [source: string]: unknown;
};
