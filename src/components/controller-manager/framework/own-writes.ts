import type { KubeObject } from "../../../kube/object.ts";

/**
 * What a controller wrote itself, so that it never acts on a cache from before that. Two watches are not told in one
 * order: pods may already show what a status counted while the cached status does not (versions compare as numbers, KEP-5504).
 */
export class OwnWrites {
  readonly #versions = new Map<string, bigint>();

  wrote(key: string, { metadata }: KubeObject): void {
    const version = BigInt(metadata.resourceVersion ?? 0);
    if (version > (this.#versions.get(key) ?? 0n)) this.#versions.set(key, version);
  }

  /** Whether the cached object is older than what was written; its watch will bring the rest. */
  isBehind(key: string, { metadata }: KubeObject): boolean {
    const written = this.#versions.get(key);
    if (written === undefined) return false;
    if (BigInt(metadata.resourceVersion ?? 0) < written) return true;
    this.#versions.delete(key);
    return false;
  }

  forget(key: string): void {
    this.#versions.delete(key);
  }
}
