import type { RequestInfo } from "../../http/request-info.ts";

/** A PolicyRule of a Role or ClusterRole. */
export type PolicyRule = {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
};

/** Whether a rule grants what a request asks for. */
export function ruleAllows(rule: PolicyRule, info: RequestInfo): boolean {
  if (!has(rule.verbs, info.verb)) return false;
  if (info.kind === "nonResource") return (rule.nonResourceURLs ?? []).some((url) => urlCovers(url, info.path));
  const { group, resource, subresource, name } = info;
  return (
    has(rule.apiGroups ?? [], group) &&
    (rule.resources ?? []).some((one) => resourceCovers(one, resource, subresource)) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  );
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes("*") || list.includes(wanted);
}

function resourceCovers(rule: string, resource: string, subresource: string): boolean {
  if (rule === "*") return true;
  if (subresource === "") return rule === resource;
  return rule === `${resource}/${subresource}` || rule === `*/${subresource}`;
}

export function urlCovers(rule: string, path: string): boolean {
  if (rule === "*" || rule === path) return true;
  return rule.endsWith("*") && path.startsWith(rule.slice(0, -1));
}
