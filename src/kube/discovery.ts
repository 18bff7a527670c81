import type { KubeClient } from "./client.ts";
import { apiVersionOf, type ResourceInfo } from "./resources.ts";

/** A resource that the server has, with what can be done to it. */
export type DiscoveredResource = ResourceInfo & { readonly verbs: readonly string[] };

type ApiGroupList = {
  groups: { name: string; preferredVersion: { version: string }; versions: { version: string }[] }[];
};
type ApiResourceList = { resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[] };

/** Everything that the server has, each resource once, in its group's preferred version; `failed` names groups that did not answer. */
export async function discoverResources(
  client: KubeClient,
): Promise<{ found: DiscoveredResource[]; failed: string[] }> {
  const { groups } = await read<ApiGroupList>(client, "/apis");
  const versions = [
    { group: "", version: "v1" },
    ...groups.flatMap(({ name, preferredVersion, versions }) => {
      const others = versions.filter(({ version }) => version !== preferredVersion.version);
      return [preferredVersion, ...others].map(({ version }) => ({ group: name, version }));
    }),
  ];
  const results = await Promise.allSettled(versions.map((one) => readVersion(client, one)));
  const found = new Map<string, DiscoveredResource>();
  const failed: string[] = [];
  for (const [at, result] of results.entries()) {
    if (result.status === "rejected") failed.push(apiVersionOf(versions[at] ?? { group: "", version: "" }));
    else for (const one of result.value) remember(found, one);
  }
  return { found: [...found.values()], failed };
}

/** The first that is found counts: versions come in the order of preference. */
function remember(found: Map<string, DiscoveredResource>, one: DiscoveredResource): void {
  const key = `${one.group}/${one.resource}`;
  if (!found.has(key)) found.set(key, one);
}

async function readVersion(
  client: KubeClient,
  { group, version }: { group: string; version: string },
): Promise<DiscoveredResource[]> {
  const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const { resources } = await read<ApiResourceList>(client, path);
  return resources
    .filter(({ name }) => !name.includes("/"))
    .map(({ name, kind, namespaced, verbs }) => ({ group, version, resource: name, kind, namespaced, verbs }));
}

async function read<T>(client: KubeClient, path: string): Promise<T> {
  return JSON.parse((await client.request({ method: "GET", path })).body.toString()) as T;
}
