import { maxScore, type Plugin } from "../framework/plugin.ts";

const mib = 1024 * 1024;
const leastBytes = 23 * mib;
const mostBytesPerContainer = 1000 * mib;

/** Prefers nodes that have the pod's large images, less so when few nodes have them (which would pile pods up there). */
export const imageLocality: Plugin = {
  name: "ImageLocality",
  score({ images }, snapshot) {
    const named = images.map(withTag).filter((image) => snapshot.imageSpread(image) > 0);
    if (named.length === 0) return undefined;
    const total = snapshot.nodes.length;
    const most = mostBytesPerContainer * images.length;
    return {
      score: (node) => {
        const bytes = named.reduce(
          (sum, image) => sum + (node.images.get(image) ?? 0) * (snapshot.imageSpread(image) / total),
          0,
        );
        const clamped = Math.min(Math.max(bytes, leastBytes), most);
        return Math.floor((maxScore * (clamped - leastBytes)) / (most - leastBytes));
      },
    };
  },
};

function withTag(image: string): string {
  return image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image;
}
