import { apiVersionOf, type ResourceType } from "./resource-type.ts";

/** The resources that are served now: the built-in ones, and those of the custom resource definitions. */
export class Catalog {
  readonly #byPath = new Map<string, ResourceType>();
  readonly #byKind = new Map<string, ResourceType>();
  /** Rises with each change, for whatever was computed from the catalog. */
  generation = 0;

  constructor(resources: readonly ResourceType[]) {
    for (const resource of resources) this.#add(resource);
  }

  find(group: string, version: string, resource: string): ResourceType | undefined {
    return this.#byPath.get(`${group}/${version}/${resource}`);
  }

  ofKind(apiVersion: string, kind: string): ResourceType | undefined {
    return this.#byKind.get(`${apiVersion} ${kind}`);
  }

  all(): readonly ResourceType[] {
    return [...this.#byPath.values()];
  }

  /** Replaces the resources that one custom resource definition serves; an empty list takes them away. */
  replace(group: string, resource: string, versions: readonly ResourceType[]): void {
    for (const one of this.all()) {
      if (!one.custom || one.group !== group || one.resource !== resource) continue;
      this.#byPath.delete(`${one.group}/${one.version}/${one.resource}`);
      this.#byKind.delete(`${apiVersionOf(one)} ${one.kind}`);
    }
    for (const one of versions) this.#add(one);
    this.generation += 1;
  }

  #add(one: ResourceType): void {
    this.#byPath.set(`${one.group}/${one.version}/${one.resource}`, one);
    this.#byKind.set(`${apiVersionOf(one)} ${one.kind}`, one);
  }
}
