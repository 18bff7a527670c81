import type { KubeObject } from "../../../kube/object.ts";
import { at, none } from "./cells.ts";
import { age, type Column, columns, integer, name } from "./column.ts";

type Specified = KubeObject & { readonly spec?: Readonly<Record<string, unknown>> };
type Fields = Readonly<Record<string, unknown>> | undefined;

const count = (field: string) => (one: Specified) => ((one.spec?.[field] ?? []) as unknown[]).length;
const policy = (counted: string, field: string) =>
  columns(name, [counted, count(field), integer], ["ParamKind", paramKind], age);
const binding = columns(name, ["PolicyName", at("spec.policyName")], ["ParamRef", paramRef], age);

/** What admission, fairness and device allocation are configured with. */
export const controlColumns: Readonly<Record<string, readonly Column[]>> = {
  "admissionregistration.k8s.io/validatingadmissionpolicies": policy("Validations", "validations"),
  "admissionregistration.k8s.io/mutatingadmissionpolicies": policy("Mutations", "mutations"),
  "admissionregistration.k8s.io/validatingadmissionpolicybindings": binding,
  "admissionregistration.k8s.io/mutatingadmissionpolicybindings": binding,
  "flowcontrol.apiserver.k8s.io/flowschemas": columns(
    name,
    ["PriorityLevel", at("spec.priorityLevelConfiguration.name")],
    ["MatchingPrecedence", at("spec.matchingPrecedence", 0)],
    ["DistinguisherMethod", at("spec.distinguisherMethod.type", none)],
    age,
    ["MissingPL", dangling],
  ),
  "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations": columns(
    name,
    ["Type", at("spec.type")],
    ["NominalConcurrencyShares", at("spec.limited.nominalConcurrencyShares", none)],
    ["Queues", at("spec.limited.limitResponse.queuing.queues", none)],
    ["HandSize", at("spec.limited.limitResponse.queuing.handSize", none)],
    ["QueueLengthLimit", at("spec.limited.limitResponse.queuing.queueLengthLimit", none)],
    age,
  ),
  "resource.k8s.io/resourceclaims": columns(name, ["State", claimState], age),
  "resource.k8s.io/resourceslices": columns(
    name,
    ["Node", at("spec.nodeName")],
    ["Driver", at("spec.driver")],
    ["Pool", at("spec.pool.name")],
    age,
  ),
};

function paramKind({ spec }: Specified): string {
  const kind = spec?.paramKind as { apiVersion?: string; kind?: string } | undefined;
  return kind ? `${kind.apiVersion}/${kind.kind}` : "<unset>";
}

function paramRef({ spec }: Specified): string {
  const reference = spec?.paramRef as { name?: string; namespace?: string } | undefined;
  return reference?.name ? `${reference.namespace || "*"}/${reference.name}` : "<unset>";
}

function dangling({ status }: KubeObject): string {
  const conditions = ((status as Fields)?.conditions ?? []) as { type: string; status: string }[];
  return conditions.find(({ type }) => type === "Dangling")?.status ?? "?";
}

function claimState({ metadata, status }: KubeObject): string {
  const { allocation, reservedFor = [] } = (status ?? {}) as { allocation?: object; reservedFor?: unknown[] };
  const words = metadata.deletionTimestamp ? ["deleted"] : [];
  if (allocation) words.push("allocated", ...(reservedFor.length > 0 ? ["reserved"] : []));
  else if (words.length === 0) words.push("pending");
  return words.join(",");
}
