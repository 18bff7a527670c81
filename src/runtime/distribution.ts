import type { PackageArchive } from "./debian/package-archive.ts";
import type { ImageSet } from "./images/build.ts";
import type { KubeletBundle } from "./kubelet-bundle.ts";

/** What this machine makes for hosts: the kubelet, the Node that runs it, and images. */
export type Distribution = KubeletBundle & {
  readonly version: string;
  readonly images: ImageSet;
  /** For hosts that reach no repository; a bundle carries them. */
  readonly packages?: PackageArchive;
};

export type DistributionOptions = {
  /** Where builds are kept, e.g. ~/.cache/slipway. */
  readonly cache: string;
  /** Slipway's own version: names the folder under /opt/slipway. */
  readonly version: string;
  readonly kubernetesVersion: string;
  readonly report?: (text: string) => void;
};
