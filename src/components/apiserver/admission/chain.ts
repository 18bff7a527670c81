import type { KubeObject } from "../../../kube/object.ts";
import type { User } from "../authn/user.ts";
import type { ResourceType } from "../resources/resource-type.ts";

/** A write as admission sees it. `object` may be changed by mutating plugins; it is absent for deletions. */
export type Attributes = {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly type: ResourceType;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
  readonly user: User;
  readonly dryRun: boolean;
  readonly warnings: string[];
};

/** An admission plugin: throws ApiError (most often forbidden) to refuse. */
export type AdmissionPlugin = {
  readonly name: string;
  readonly mutate?: (attributes: Attributes) => Promise<void> | void;
  readonly validate?: (attributes: Attributes) => Promise<void> | void;
};

/** Plugins in order: all mutate, then, once the object has its final form, all validate. */
export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  async mutate(attributes: Attributes): Promise<void> {
    for (const plugin of this.#plugins) await plugin.mutate?.(attributes);
  }

  async validate(attributes: Attributes): Promise<void> {
    for (const plugin of this.#plugins) await plugin.validate?.(attributes);
  }
}
