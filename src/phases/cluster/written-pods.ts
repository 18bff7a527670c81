import { manifestsDir } from "../../config/kubeadm/constants.ts";
import type { Written } from "../engine/phase.ts";
import type { Difference } from "../engine/resource.ts";

const manifest = new RegExp(`^file:${manifestsDir}/(.+)\\.yaml$`);

/** The static pods whose manifests a run has written, by host: until the kubelet has ended it, the pod of before answers in their place. */
export class WrittenPods {
  readonly #names = new Map<string, Set<string>>();

  note(host: string, written: readonly Written[]): void {
    const names = written.flatMap(({ id, differences }) => {
      const [, name] = manifest.exec(id) ?? [];
      // a kubelet goes by the content alone
      return name !== undefined && differences.some(isContent) ? [name] : [];
    });
    this.#names.set(host, new Set([...(this.#names.get(host) ?? []), ...names]));
  }

  /** The names of a host's pods that are yet to be waited for; they are given once. */
  take(host: string): readonly string[] {
    const names = [...(this.#names.get(host) ?? [])];
    this.#names.delete(host);
    return names;
  }
}

function isContent(difference: Difference): boolean {
  return !("field" in difference) || difference.field === "content";
}
