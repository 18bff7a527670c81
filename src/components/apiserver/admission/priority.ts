import type { KubeObject } from "../../../kube/object.ts";
import { ensured, type Fields } from "../defaulting/missing.ts";
import { ApiError, forbidden } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import { type AdmissionParts, isCore, listAll, lookUp } from "./parts.ts";

const group = "scheduling.k8s.io";

/** Writes the number behind a pod's priority class into the pod; there is one default class at most. */
export function priority(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "Priority",
    async mutate({ object, type, subresource, operation }) {
      if (!object || operation !== "CREATE" || subresource || !isCore(type, "pods")) return;
      const spec = ensured(object as Fields, "spec");
      const found = await classOf(parts, object, spec);
      const value = Number(found?.value ?? 0);
      if (spec.priority !== undefined && spec.priority !== value && spec.priority !== null) {
        throw forbidden(
          { group: "", resource: "pods", name: object.metadata.name ?? "" },
          `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
        );
      }
      spec.priority = value;
      spec.preemptionPolicy ??= found?.preemptionPolicy ?? "PreemptLowerPriority";
      if (found?.metadata.name) spec.priorityClassName = found.metadata.name;
    },
    validate: (attributes) => checkDefault(parts, attributes),
  };
}

async function classOf(parts: AdmissionParts, pod: KubeObject, spec: Fields): Promise<KubeObject | undefined> {
  const name = String(spec.priorityClassName ?? "");
  if (!name)
    return (await listAll(parts, { group, resource: "priorityclasses" })).find((one) => one.globalDefault === true);
  const found = await lookUp(parts, { group, resource: "priorityclasses", name });
  if (found) return found;
  const subject = { group: "", resource: "pods", name: pod.metadata.name ?? "" };
  throw forbidden(subject, `no PriorityClass with name ${name} was found`);
}

async function checkDefault(parts: AdmissionParts, { object, type, operation, name }: Attributes): Promise<void> {
  if (type.group !== group || !object || operation === "DELETE" || object.globalDefault !== true) return;
  const all = await listAll(parts, { group, resource: "priorityclasses" });
  const other = all.find((one) => one.globalDefault === true && one.metadata.name !== name);
  if (!other) return;
  throw new ApiError(
    403,
    "Forbidden",
    `priorityclasses.scheduling.k8s.io ${JSON.stringify(name)} is forbidden: PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
    { name, group, kind: "priorityclasses" },
  );
}
