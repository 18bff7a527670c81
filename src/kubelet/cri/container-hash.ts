import type { Container } from "../api/container.ts";

/**
 * The hash by which a changed container is told from a running one: FNV-1a over upstream's printing of name and image
 * (kubecontainer.HashContainer), so that containers survive a switch between the two kubelets.
 */
export function containerHash({ name, image }: Container): string {
  const json = Buffer.from(JSON.stringify({ image, name }));
  return fnv1a(`([]uint8)[${json.join(" ")}]`).toString(16);
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
