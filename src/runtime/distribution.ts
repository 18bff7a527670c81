import { join } from "node:path";
import { buildImages, type ImageSet } from "./images/build.ts";
import { pinnedNode } from "./images/node-layer.ts";
import { buildKubeletBundle, type KubeletBundle } from "./kubelet-bundle.ts";

/** What this machine makes for hosts: the kubelet, the Node that runs it, and images. */
export type Distribution = KubeletBundle & { readonly version: string; readonly images: ImageSet };

export type DistributionOptions = {
  /** Where builds are kept, e.g. ~/.cache/slipway. */
  readonly cache: string;
  /** Slipway's own version: names the folder under /opt/slipway. */
  readonly version: string;
  readonly kubernetesVersion: string;
  readonly report?: (text: string) => void;
};

const kubeletEntryPoint = join(import.meta.dirname, "..", "kubelet", "main.ts");

/** Builds all of it; what has not changed since the last build comes from the cache. */
export async function buildDistribution(options: DistributionOptions): Promise<Distribution> {
  const { cache, version } = options;
  const [bundle, images] = await Promise.all([
    pinnedNode().then((node) => buildKubeletBundle(kubeletEntryPoint, node, join(cache, "programs"))),
    buildImages({ ...options, compression: "zstd" }),
  ]);
  return { ...bundle, version, images };
}
