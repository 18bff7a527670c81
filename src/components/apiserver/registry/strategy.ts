import type { KubeObject } from "../../../kube/object.ts";
import type { User } from "../authn/user.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { FieldError } from "../validation/field-error.ts";

/** What is special about writing to a subresource of a kind. */
export type SubresourceRules = {
  /** The new object out of what the client sent and the old one; without it the status takes the status, others everything. */
  readonly take?: (submitted: KubeObject, old: KubeObject) => KubeObject;
  readonly validateUpdate?: (object: KubeObject, old: KubeObject) => readonly FieldError[];
};

/** What is special about a kind; every part is optional, and each works on objects of the storage version. */
export type Strategy = {
  /** Before anything else: drops fields that the kind does not have, telling their paths; changes the object. */
  readonly prepare?: (object: KubeObject, dropped: (path: string) => void) => void;
  /** Fills in what the API promises when a field is left out; changes the object. */
  readonly defaults?: (object: KubeObject) => void;
  /** Drops or sets what a client may not choose; changes the object. */
  readonly prepareForCreate?: (object: KubeObject, user: User) => void;
  readonly prepareForUpdate?: (object: KubeObject, old: KubeObject) => void;
  readonly validate?: (object: KubeObject) => readonly FieldError[];
  readonly validateUpdate?: (object: KubeObject, old: KubeObject) => readonly FieldError[];
  readonly subresources?: Readonly<Record<string, SubresourceRules>>;
  /** Updates that don't name the version that they replace are refused (upstream's AllowUnconditionalUpdate). */
  readonly updatesNeedVersion?: boolean;
  /** A PUT makes the object where there is none (upstream's AllowCreateOnUpdate). */
  readonly isCreatedByUpdate?: boolean;
  /** Whether a change of the spec counts up metadata.generation. */
  readonly hasGeneration?: boolean;
  /** Kinds whose deletion answers with the object instead of a Status. */
  readonly returnsDeleted?: boolean;
  /** Kinds that may bring their status with them when they are made, as kubelets do with nodes. */
  readonly keepsStatusOnCreate?: boolean;
  /** How names are checked; DNS subdomains unless it says otherwise. */
  readonly name?: "dns-subdomain" | "dns-label" | "dns-label-1035" | "path-segment";
  /** Seconds that the object lives in etcd. */
  readonly ttlSeconds?: number;
};

/** Finds the rules of a resource by "group/resource". */
export class Strategies {
  readonly #table: Readonly<Record<string, Strategy>>;
  readonly #custom = new Map<string, Strategy>();

  constructor(table: Readonly<Record<string, Strategy>>) {
    this.#table = table;
  }

  of({ group, resource, version, custom }: ResourceType): Strategy {
    if (custom) return this.#custom.get(`${group}/${version}/${resource}`) ?? {};
    return this.#table[group ? `${group}/${resource}` : resource] ?? {};
  }

  setCustom(type: ResourceType, strategy: Strategy | undefined): void {
    const key = `${type.group}/${type.version}/${type.resource}`;
    if (strategy) this.#custom.set(key, strategy);
    else this.#custom.delete(key);
  }
}
