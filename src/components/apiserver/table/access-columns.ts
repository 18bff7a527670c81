import type { KubeObject } from "../../../kube/object.ts";
import { at, none } from "./cells.ts";
import { age, type Column, columns, duration, integer, name, wide } from "./column.ts";

type Subject = { readonly kind: string; readonly name: string; readonly namespace?: string };

const createdAt = ["Created At", ({ metadata }: KubeObject) => metadata.creationTimestamp ?? ""] as const;
const roleRef = ["Role", roleText] as const;

export const accessColumns: Readonly<Record<string, readonly Column[]>> = {
  "rbac.authorization.k8s.io/roles": columns(name, createdAt),
  "rbac.authorization.k8s.io/clusterroles": columns(name, createdAt),
  "rbac.authorization.k8s.io/rolebindings": bindingColumns(),
  "rbac.authorization.k8s.io/clusterrolebindings": bindingColumns(),
  "certificates.k8s.io/certificatesigningrequests": columns(
    name,
    age,
    ["SignerName", at("spec.signerName")],
    ["Requestor", at("spec.username")],
    ["RequestedDuration", requestedDuration],
    ["Condition", csrStatus],
  ),
  "apiextensions.k8s.io/customresourcedefinitions": columns(name, createdAt),
  "apiregistration.k8s.io/apiservices": columns(
    name,
    ["Service", ({ spec }) => serviceText((spec as { service?: Record<string, string> } | undefined)?.service)],
    ["Available", ({ status }) => conditionText(status, "Available")],
    age,
  ),
  "admissionregistration.k8s.io/validatingwebhookconfigurations": webhookColumns(),
  "admissionregistration.k8s.io/mutatingwebhookconfigurations": webhookColumns(),
};

function bindingColumns(): Column[] {
  const ofKind = (kind: string) => (one: KubeObject) => subjects(one, kind);
  return columns(
    name,
    roleRef,
    age,
    ["Users", ofKind("User"), wide],
    ["Groups", ofKind("Group"), wide],
    ["ServiceAccounts", ofKind("ServiceAccount"), wide],
  );
}

function webhookColumns(): Column[] {
  return columns(name, ["Webhooks", ({ webhooks }) => (webhooks as unknown[] | undefined)?.length ?? 0, integer], age);
}

function roleText(one: KubeObject): string {
  const { kind, name: of } = (one.roleRef ?? {}) as { kind?: string; name?: string };
  return `${kind}/${of}`;
}

function subjects(one: KubeObject, kind: string): string {
  return ((one.subjects ?? []) as readonly Subject[])
    .filter((subject) => subject.kind === kind)
    .map((subject) => (subject.namespace ? `${subject.namespace}/${subject.name}` : subject.name))
    .join(", ");
}

function requestedDuration({ spec }: KubeObject): string {
  const seconds = (spec as { expirationSeconds?: number } | undefined)?.expirationSeconds;
  if (seconds === undefined) return none;
  return duration(seconds);
}

function csrStatus({ status }: KubeObject): string {
  const { conditions = [], certificate } = (status ?? {}) as { conditions?: { type: string }[]; certificate?: string };
  const types = conditions.map(({ type }) => type);
  const words = ["Approved", "Denied", "Failed"].filter((type) => types.includes(type));
  if (words.length === 0) words.push("Pending");
  return certificate ? [...words, "Issued"].join(",") : words.join(",");
}

function serviceText(service: Record<string, string> | undefined): string {
  return service ? `${service.namespace}/${service.name}` : "Local";
}

function conditionText(status: unknown, type: string): string {
  const list = (status as { conditions?: { type: string; status: string; reason?: string }[] } | undefined)?.conditions;
  const found = list?.find((one) => one.type === type);
  if (!found) return "Unknown";
  return found.status === "True" ? "True" : `${found.status} (${found.reason})`;
}
