import type { KubeObject } from "../../../kube/object.ts";
import { formatBinary, formatMilli, milliValue } from "../../../kube/quantity.ts";
import { loopback } from "../authn/user.ts";
import { conflict, forbidden } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import { type AdmissionParts, listAll } from "./parts.ts";
import { inScopes, type Scopes } from "./quota-scopes.ts";
import { usageOf } from "./quota-usage.ts";

type Amounts = Readonly<Record<string, string>>;
type Quota = KubeObject & {
  readonly spec?: { readonly hard?: Amounts } & Scopes;
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts };
};

/** Refuses what would go over a quota, and charges what does not. */
export function resourceQuota(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "ResourceQuota",
    async validate(attributes) {
      const { type, object, namespace } = attributes;
      if (!object || !namespace || type.storagePath === undefined || !isCharged(attributes)) return;
      const quotas = (await listAll(parts, { resource: "resourcequotas", namespace })) as Quota[];
      for (const quota of quotas) await charge(parts, attributes, { object, quota });
    },
  };
}

/** What changes of a pod, a claim or a service is charged too; of other kinds only their being there. */
function isCharged({ operation, type, subresource }: Attributes): boolean {
  if (operation === "CREATE") return subresource === "";
  if (operation !== "UPDATE" || type.group !== "") return false;
  return type.resource === "pods" ? subresource === "resize" : subresource === "" && changing.includes(type.resource);
}

const changing = ["services", "persistentvolumeclaims"];

type Charge = { readonly object: KubeObject; readonly quota: Quota };

async function charge(parts: AdmissionParts, attributes: Attributes, { object, quota }: Charge): Promise<void> {
  const { type, dryRun, old } = attributes;
  const isIn = (one: KubeObject) => inScopes(one, type, quota.spec ?? {});
  if (!isIn(object)) return;
  const usage = difference(usageOf(object, type), old && isIn(old) ? usageOf(old, type) : undefined);
  const limited = Object.keys(quota.spec?.hard ?? {}).filter((name) => usage.has(name) || isDemanded(name, attributes));
  if (limited.length === 0) return;
  check(attributes, { quota, usage, limited });
  if (!dryRun) await spend(parts, attributes, { quota, usage, limited });
}

/** What is charged: all of what is new, and of what was there before only what is more or less of it. */
function difference(now: Map<string, number>, before: ReadonlyMap<string, number> | undefined): Map<string, number> {
  if (!before) return now;
  const names = new Set([...now.keys(), ...before.keys()]);
  const changes = [...names].map((name): [string, number] => [name, (now.get(name) ?? 0) - (before.get(name) ?? 0)]);
  return new Map(changes.filter(([, change]) => change !== 0));
}

/** Pods must say what they take of cpu and memory where those are limited. */
function isDemanded(name: string, { type, operation }: Attributes): boolean {
  return (
    operation === "CREATE" &&
    type.group === "" &&
    type.resource === "pods" &&
    /^((requests|limits)\.)?(cpu|memory)$/.test(name)
  );
}

type Spending = {
  readonly quota: Quota;
  readonly usage: ReadonlyMap<string, number>;
  readonly limited: readonly string[];
};

function check(attributes: Attributes, { quota, usage, limited }: Spending): void {
  const { type, name } = attributes;
  const refuse = (why: string) => forbidden({ group: type.group, resource: type.resource, name }, why);
  const quotaName = quota.metadata.name;
  const unset = limited.filter((one) => !usage.has(one));
  if (unset.length > 0) throw refuse(`failed quota: ${quotaName}: must specify ${unset.join(",")}`);
  const { hard = {}, used } = quota.status ?? {};
  const unknown = limited.filter((one) => used?.[one] === undefined);
  if (unknown.length > 0) throw refuse(`status unknown for quota: ${quotaName}, resources: ${unknown.join(",")}`);
  const over = limited.filter(
    (one) =>
      (usage.get(one) ?? 0) > 0 &&
      milliValue(used?.[one]) + (usage.get(one) ?? 0) > milliValue(hard[one] ?? quota.spec?.hard?.[one]),
  );
  if (over.length === 0) return;
  const list = (amount: (one: string) => string | undefined) => over.map((one) => `${one}=${amount(one)}`).join(",");
  throw refuse(
    `exceeded quota: ${quotaName}, requested: ${list((one) => shown(one, usage.get(one) ?? 0))}, used: ${list((one) => used?.[one])}, limited: ${list((one) => hard[one])}`,
  );
}

function shown(name: string, milli: number): string {
  return /memory|storage/.test(name) ? formatBinary(milli / 1000) : formatMilli(milli);
}

/** Writes the charge into the quota's status; on a conflict the quota is looked at again. */
async function spend(parts: AdmissionParts, attributes: Attributes, spending: Spending): Promise<void> {
  const type = parts.catalog.find("", "v1", "resourcequotas");
  if (!type) return;
  const { namespace } = attributes;
  const name = spending.quota.metadata.name ?? "";
  let current = await parts.store.fresh(type, namespace, name);
  for (let attempt = 0; current && attempt < 100; attempt += 1) {
    const quota = current.object as Quota;
    check(attributes, { ...spending, quota });
    const used = { ...quota.status?.used };
    for (const one of spending.limited)
      used[one] = shown(one, Math.max(0, milliValue(used[one]) + (spending.usage.get(one) ?? 0)));
    const charged = { ...quota, status: { ...quota.status, used } } as KubeObject;
    const result = await parts.store.replace(type, charged, { expected: current.revision });
    if (result.kind === "done") return;
    current = result.current;
  }
  if (current)
    throw conflict({ group: "", resource: "resourcequotas", name }, `${loopback.name} could not charge the quota`);
}
