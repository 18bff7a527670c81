import { join } from "node:path";
import { loadedDistribution } from "./bundle/loaded.ts";
import type { Distribution, DistributionOptions } from "./distribution.ts";
import { buildImages } from "./images/build.ts";
import { pinnedNode } from "./images/node-layer.ts";
import { buildKubeletBundle } from "./kubelet-bundle.ts";

const kubeletEntryPoint = join(import.meta.dirname, "..", "kubelet", "main.ts");

/** Takes all of it from a loaded bundle, else builds it; what has not changed since the last build comes from the cache. */
export async function buildDistribution(options: DistributionOptions): Promise<Distribution> {
  const loaded = await loadedDistribution(options);
  if (loaded) return loaded;
  const { cache, version } = options;
  const [bundle, images] = await Promise.all([
    pinnedNode().then((node) => buildKubeletBundle(kubeletEntryPoint, node, join(cache, "programs"))),
    buildImages({ ...options, compression: "zstd" }),
  ]);
  return { ...bundle, version, images };
}
