import type { KubeObject } from "../../../kube/object.ts";
import { loopback } from "../authn/user.ts";
import type { RegistryContext } from "../registry/context.ts";
import { deleteObject } from "../registry/delete.ts";
import { updateObject } from "../registry/update.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { ParsedView } from "../storage/parsed-view.ts";
import { customStrategy, type DefinitionSpec, resourcesOf } from "./definition.ts";

export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";
const byServer = { user: loopback, dryRun: false, warnings: [], fieldManager: "kube-apiserver" };

type Served = { readonly group: string; readonly plural: string };
type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
};
type Status = {
  readonly conditions?: readonly Condition[];
  readonly acceptedNames?: object;
  readonly storedVersions?: readonly string[];
};

/** Serves what the CustomResourceDefinitions in the store define, and keeps their status. */
export class Definitions {
  readonly #context: RegistryContext;
  readonly #type: ResourceType;
  readonly #onError: (error: unknown) => void;
  readonly #served = new Map<string, Served>();

  private constructor(context: RegistryContext, type: ResourceType, onError: (error: unknown) => void) {
    this.#context = context;
    this.#type = type;
    this.#onError = onError;
  }

  static async start(context: RegistryContext, onError: (error: unknown) => void): Promise<void> {
    const type = context.catalog.find("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    if (!type) throw new Error("customresourcedefinitions are not in the catalog");
    const definitions = new Definitions(context, type, onError);
    const view = await ParsedView.open(context.store, type, (object) => object);
    const all = () => {
      for (const object of view.values.values()) definitions.#take(object);
      for (const name of definitions.#served.keys()) if (!view.get("", name)) definitions.#drop(name);
    };
    view.onChange((event) => {
      if (!event) all();
      else if (event.type === "DELETED") definitions.#drop(event.entry.name);
      else definitions.#take(view.get("", event.entry.name));
    });
    all();
  }

  /** Takes a definition into service; its status follows, and on deletion its objects are cleaned away. */
  #take(object: KubeObject | undefined): void {
    if (!object) return;
    const name = object.metadata.name ?? "";
    const { group, names } = object.spec as DefinitionSpec;
    if (!this.#conflict(object)) {
      const resources = resourcesOf(object);
      for (const type of resources) this.#context.strategies.setCustom(type, customStrategy(type));
      this.#context.catalog.replace(group, names.plural, resources);
      this.#served.set(name, { group, plural: names.plural });
    }
    const work = object.metadata.deletionTimestamp ? this.#cleanUp(object) : this.#establish(object);
    work.catch(this.#onError);
  }

  #drop(name: string): void {
    const served = this.#served.get(name);
    if (!served) return;
    this.#served.delete(name);
    this.#context.catalog.replace(served.group, served.plural, []);
    this.#context.store.mirror.drop(`${served.group}/${served.plural}`);
  }

  /** The other definition or built-in kind that has one of the names already. */
  #conflict({ spec }: KubeObject): string | undefined {
    const { group, names } = spec as DefinitionSpec;
    const other = this.#context.catalog
      .all()
      .find((one) => one.group === group && one.resource !== names.plural && one.kind === names.kind);
    return other && `${JSON.stringify(names.kind)} is already in use`;
  }

  async #establish(object: KubeObject): Promise<void> {
    const status = statusOf(object, { conflict: this.#conflict(object), now: this.#context.now() });
    if (JSON.stringify(status) === JSON.stringify(object.status)) return;
    const change = (current: KubeObject): KubeObject => ({
      ...current,
      status: statusOf(current, { conflict: this.#conflict(current), now: this.#context.now() }),
    });
    await updateObject(this.#context, this.#type, {
      ...byServer,
      namespace: "",
      name: object.metadata.name ?? "",
      subresource: "status",
      change,
    });
  }

  async #cleanUp(object: KubeObject): Promise<void> {
    const { metadata, spec } = object;
    if (!metadata.finalizers?.includes(cleanupFinalizer)) return;
    const { group, names } = spec as DefinitionSpec;
    const type = this.#context.catalog
      .all()
      .find((one) => one.custom && one.group === group && one.resource === names.plural);
    if (type) {
      const cache = await this.#context.store.cache(type);
      for (const { namespace, name } of [...cache.entries.values()]) {
        await deleteObject(this.#context, type, { ...byServer, namespace, name, options: {} });
      }
      // Objects with finalizers of their own go later; their deletion changes nothing here, so look again.
      if (cache.entries.size > 0) await this.#context.store.mirror.caughtUp();
      if (cache.entries.size > 0) {
        setTimeout(() => this.#cleanUp(object).catch(this.#onError), 1000).unref();
        return;
      }
    }
    const change = (current: KubeObject): KubeObject => ({
      ...current,
      metadata: {
        ...current.metadata,
        finalizers: (current.metadata.finalizers ?? []).filter((one) => one !== cleanupFinalizer),
      },
    });
    await updateObject(this.#context, this.#type, {
      ...byServer,
      namespace: "",
      name: metadata.name ?? "",
      subresource: "",
      change,
    });
  }
}

function statusOf(object: KubeObject, { conflict, now }: { conflict: string | undefined; now: Date }): Status {
  const { names, versions } = object.spec as DefinitionSpec;
  const before = (object.status ?? {}) as Status;
  const stored = versions.find((one) => one.storage)?.name ?? "";
  const storedVersions = before.storedVersions ?? [];
  const condition = (type: string, status: string, [reason, message]: readonly [string, string]): Condition => {
    const old = before.conditions?.find((one) => one.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`;
    return { lastTransitionTime, message, reason, status, type };
  };
  const conditions = conflict
    ? [
        condition("NamesAccepted", "False", ["KindConflict", conflict]),
        condition("Established", "False", ["NotAccepted", "not all names are accepted"]),
      ]
    : [
        condition("NamesAccepted", "True", ["NoConflicts", "no conflicts found"]),
        condition("Established", "True", ["InitialNamesAccepted", "the initial names have been accepted"]),
      ];
  const acceptedNames = conflict
    ? { plural: "", kind: "" }
    : { listKind: `${names.kind}List`, singular: names.kind.toLowerCase(), ...names };
  return {
    acceptedNames,
    conditions,
    storedVersions: storedVersions.includes(stored) ? storedVersions : [...storedVersions, stored],
  };
}
