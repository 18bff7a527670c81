import type { ConfigFormat } from "./containerd/config-format.ts";

/** How a host gets its container runtime, and how the runtime is set. */
export type RuntimeWish = {
  readonly install: RuntimeInstall;
  /** By registry, e.g. `docker.io` or `registry.example.com:5000`. */
  readonly registries: Readonly<Record<string, RegistryWish>>;
  /** Layers of one image that are pulled at a time; the runtime's default (3) unless given. */
  readonly maxConcurrentDownloads?: number;
  /** File descriptors that the runtime and its containers may open; the unit's own limit unless given. */
  readonly openFiles?: number;
};

export type RuntimeInstall =
  /** The distribution's own packages. */
  | { readonly kind: "packages" }
  /** Release archives that the operator supplies. */
  | {
      readonly kind: "archives";
      readonly containerd: Archive & { readonly configFormat: ConfigFormat };
      readonly runc: Archive;
      readonly cniPlugins: Archive;
    }
  /** Nothing is installed or written: what answers on the socket is examined. */
  | { readonly kind: "none"; readonly socket?: string };

/** An archive or program on this machine whose sha256 was checked. */
export type Archive = { readonly file: string; readonly sha256: string };

export type RegistryWish = {
  /** Asked before the registry itself, in this order. */
  readonly mirrors: readonly Mirror[];
  readonly credentials?: { readonly username: string; readonly password: string };
  /** PEM of the authority that signed the registry's certificate. */
  readonly ca?: string;
};

/** A mirror's URL, and the PEM of its authority where the host's do not know it. */
export type Mirror = { readonly url: string; readonly ca?: string; readonly skipVerify?: boolean };

/** Debian's packages and containerd's defaults: what a cluster gets that asks for nothing else. */
export const defaultRuntimeWish: RuntimeWish = { install: { kind: "packages" }, registries: {} };
