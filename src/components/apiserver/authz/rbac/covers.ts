import { type PolicyRule, urlCovers } from "./rule.ts";

/** What of the wanted rules the owned ones do not grant; none when everything is covered. */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((one) => !owned.some((rule) => covers(rule, one)));
}

/** A rule as rules of one verb, group, resource and name each. */
function breakDown({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): PolicyRule[] {
  return verbs.flatMap((verb) => [
    ...nonResourceURLs.map((url): PolicyRule => ({ verbs: [verb], nonResourceURLs: [url] })),
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource): PolicyRule[] => {
        const one = { verbs: [verb], apiGroups: [group], resources: [resource] };
        return resourceNames.length > 0 ? resourceNames.map((name) => ({ ...one, resourceNames: [name] })) : [one];
      }),
    ),
  ]);
}

function covers(
  owner: PolicyRule,
  { verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule,
): boolean {
  const holds = (list: readonly string[] | undefined, wanted: readonly string[] | undefined) =>
    (wanted ?? []).every((one) => list?.includes("*") || list?.includes(one));
  if (!holds(owner.verbs, verbs)) return false;
  if (nonResourceURLs)
    return nonResourceURLs.every((url) => (owner.nonResourceURLs ?? []).some((own) => urlCovers(own, url)));
  const isNamed = (owner.resourceNames?.length ?? 0) > 0;
  return (
    holds(owner.apiGroups, apiGroups) &&
    (resources ?? []).every((one) => holdsResource(owner.resources ?? [], one)) &&
    (!isNamed || (resourceNames !== undefined && holds(owner.resourceNames, resourceNames)))
  );
}

function holdsResource(owned: readonly string[], wanted: string): boolean {
  if (owned.includes("*") || owned.includes(wanted)) return true;
  const [, subresource] = wanted.split("/");
  return subresource !== undefined && owned.includes(`*/${subresource}`);
}

/** A rule in the form of messages: {APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]} */
export function ruleText({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  const part = (name: string, list: readonly string[] | undefined) =>
    list?.length ? [`${name}:${JSON.stringify(list)}`] : [];
  const parts = [
    ...part("APIGroups", apiGroups),
    ...part("Resources", resources),
    ...part("ResourceNames", resourceNames),
    ...part("NonResourceURLs", nonResourceURLs),
    ...part("Verbs", verbs),
  ];
  return `{${parts.join(", ")}}`;
}
