import { isDeepStrictEqual } from "node:util";
import { parseIp } from "../../../base/ip-address.ts";
import { type Fields, mapAt } from "../defaulting/missing.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "../validation/field-error.ts";

export type Family = "IPv4" | "IPv6";

const policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
const manyAsk = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
const listOf = (spec: Fields | undefined, field: string) =>
  Array.isArray(spec?.[field]) ? (spec[field] as string[]) : [];
const other = (family: string): Family => (family === "IPv4" ? "IPv6" : "IPv4");
export const familyOf = (address: string): Family => (parseIp(address)?.family === 6 ? "IPv6" : "IPv4");

/**
 * Settles a service's ipFamilyPolicy and ipFamilies by what it asks for, what it was, and which families the cluster has
 * (KEP-563; pkg/registry/core/service/storage/alloc.go). Changes the spec; gives what is wrong with it.
 */
export function settleFamilies(
  spec: Fields,
  before: Fields | undefined,
  configured: readonly Family[],
): readonly FieldError[] {
  if (spec.clusterIP && listOf(spec, "clusterIPs").length === 0) spec.clusterIPs = [spec.clusterIP];
  if (isUntouched(spec, before)) return [];
  spec.ipFamilyPolicy ??= before?.ipFamilyPolicy ?? (isFree(spec) ? "RequireDualStack" : "SingleStack");
  const malformed = formErrors(spec);
  if (malformed.length > 0) return malformed;
  if (before) trim(spec, before);
  const errors = [
    ...(before ? reductionErrors(spec, before) : []),
    ...policyErrors(spec),
    ...inferred(spec, configured),
  ];
  if (errors.length > 0) return errors;
  return complete(spec, configured);
}

/** A service that prefers two families keeps what it has, whatever became of the cluster, until it is told otherwise. */
function isUntouched(spec: Fields, before: Fields | undefined): boolean {
  const prefers = [spec, before].every((one) => one?.ipFamilyPolicy === "PreferDualStack");
  return (
    prefers && before?.type === spec.type && isSame(spec, before, "clusterIPs") && isSame(spec, before, "ipFamilies")
  );
}

function isSame(spec: Fields, before: Fields | undefined, field: string): boolean {
  return isDeepStrictEqual(listOf(spec, field), listOf(before, field));
}

/** Headless and without a selector: its endpoints are somebody else's business, of any family. */
function isFree(spec: Fields): boolean {
  return spec.clusterIP === "None" && Object.keys(mapAt(spec, "selector") ?? {}).length === 0;
}

function formErrors(spec: Fields): FieldError[] {
  const [ips, families] = [listOf(spec, "clusterIPs"), listOf(spec, "ipFamilies")];
  const policy = String(spec.ipFamilyPolicy);
  return [
    ...syncErrors(spec, ips),
    ...families.flatMap((family, index) => [
      ...(family === "IPv4" || family === "IPv6"
        ? []
        : [notSupported(`spec.ipFamilies[${index}]`, family, ["IPv4", "IPv6"])]),
      ...(families.indexOf(family) < index ? [duplicate(`spec.ipFamilies[${index}]`, family)] : []),
    ]),
    ...(policies.includes(policy) ? [] : [notSupported("spec.ipFamilyPolicy", policy, policies)]),
    ...addressErrors(ips, families),
  ];
}

function syncErrors({ clusterIP }: Fields, ips: readonly string[]): FieldError[] {
  const path = "spec.clusterIPs";
  if (!clusterIP) return ips.length > 0 ? [invalid(path, ips, "must be empty when `clusterIP` is not specified")] : [];
  if (ips.length === 0) return [required(path)];
  return ips[0] === clusterIP ? [] : [invalid(path, ips, "first value must match `clusterIP`")];
}

function addressErrors(ips: readonly string[], families: readonly string[]): FieldError[] {
  const path = "spec.clusterIPs";
  if (ips[0] === "None") return ips.length > 1 ? [invalid(path, ips, "'None' must be the first and only value")] : [];
  const malformed = ips.flatMap((ip, index) =>
    parseIp(ip)
      ? []
      : [invalid(`${path}[${index}]`, ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")],
  );
  if (malformed.length > 0) return malformed;
  const wrong = ips.flatMap((ip, index) => {
    const family = families[index];
    if (family === undefined || family === familyOf(ip)) return [];
    return [invalid(`${path}[${index}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``)];
  });
  return [
    ...(ips.length > 2 ? [invalid(path, ips, "may only hold up to 2 values")] : []),
    ...(ips.length === 2 && new Set(ips.map(familyOf)).size < 2
      ? [invalid(path, ips, "may specify no more than one IP for each IP family")]
      : []),
    ...wrong,
  ];
}

/** To ask for one family of a service that had two is to give the second up. */
function trim(spec: Fields, before: Fields): void {
  if (spec.ipFamilyPolicy !== "SingleStack") return;
  for (const field of ["clusterIPs", "ipFamilies"]) {
    if (isSame(spec, before, field)) spec[field] = listOf(spec, field).slice(0, 1);
  }
}

function reductionErrors(spec: Fields, before: Fields): FieldError[] {
  if (spec.ipFamilyPolicy === "SingleStack") return [];
  const isFewer = (field: string) => {
    const now = listOf(spec, field).length;
    return now > 0 && now < listOf(before, field).length;
  };
  const say = (what: string) =>
    invalid("spec.ipFamilyPolicy", spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [...(isFewer("clusterIPs") ? [say("cluster IP")] : []), ...(isFewer("ipFamilies") ? [say("IP family")] : [])];
}

function policyErrors(spec: Fields): FieldError[] {
  const policy = spec.ipFamilyPolicy;
  if (policy !== "SingleStack") return [];
  const many = (field: string, what: string) =>
    listOf(spec, field).length === 2
      ? [invalid("spec.ipFamilyPolicy", policy, `${manyAsk} ${what} are specified`)]
      : [];
  return [...many("clusterIPs", "cluster IPs"), ...many("ipFamilies", "IP families")];
}

/** Families of addresses that are given without theirs. */
function inferred(spec: Fields, configured: readonly Family[]): FieldError[] {
  const ips = listOf(spec, "clusterIPs").filter((ip) => ip !== "None");
  const families = listOf(spec, "ipFamilies");
  const added = ips.slice(families.length).map(familyOf);
  spec.ipFamilies = [...families, ...added];
  return added
    .filter((family) => !configured.includes(family))
    .map((family) =>
      invalid(
        `spec.clusterIPs[${ips.findIndex((ip) => familyOf(ip) === family)}]`,
        ips,
        `${family} is not configured on this cluster`,
      ),
    );
}

/** The families that the service did not name: the cluster's first, and the second where it wants two. */
function complete(spec: Fields, configured: readonly Family[]): FieldError[] {
  const wantsTwo = spec.ipFamilyPolicy !== "SingleStack";
  const families = listOf(spec, "ipFamilies");
  const free = isFree(spec);
  const missing = families
    .filter((family) => !configured.includes(family as Family))
    .map((family) => invalid(`spec.ipFamilies[${families.indexOf(family)}]`, family, "not configured on this cluster"));
  const errors = [
    ...(spec.ipFamilyPolicy === "RequireDualStack" && configured.length < 2
      ? [invalid("spec.ipFamilyPolicy", spec.ipFamilyPolicy, "this cluster is not configured for dual-stack services")]
      : []),
    ...missing,
  ];
  if (!free && errors.length > 0) return errors;
  const [first = configured[0] ?? "IPv4", second] = families;
  const canHaveTwo = wantsTwo && (free || configured.length === 2);
  const both = second ?? (canHaveTwo ? other(first) : undefined);
  spec.ipFamilies = both === undefined ? [first] : [first, both];
  return [];
}
