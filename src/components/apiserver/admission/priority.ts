import { ensured, type Fields } from "../defaulting/missing.ts";
import { forbidden } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import { type AdmissionParts, isCore, listAll, lookUp } from "./parts.ts";

const group = "scheduling.k8s.io";

/** Turns a pod's priority class into a number, and the cluster's default where it names none (plugin/pkg/admission/priority). */
export function priority(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "Priority",
    async mutate(attributes) {
      const { operation, type, subresource, object } = attributes;
      if (operation !== "CREATE" || !isCore(type, "pods") || subresource || !object) return;
      const spec = ensured(object, "spec");
      const found = await classOf(parts, attributes, spec.priorityClassName);
      const value = Number(found?.value ?? 0);
      if (spec.priority !== undefined && spec.priority !== null && spec.priority !== value) {
        throw refused(
          attributes,
          `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
        );
      }
      spec.priority = value;
      if (found) spec.priorityClassName = (found.metadata as { name?: string }).name;
      spec.preemptionPolicy ??= found?.preemptionPolicy ?? "PreemptLowerPriority";
    },
    async validate({ operation, type, object, name }) {
      const isClass = type.group === group && type.resource === "priorityclasses";
      if (!isClass || operation === "DELETE" || object?.globalDefault !== true) return;
      const other = (await globalDefaults(parts)).find(({ metadata }) => metadata.name !== name);
      if (other) {
        throw forbidden(
          { group, resource: type.resource, name },
          `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
        );
      }
    },
  };
}

async function classOf(parts: AdmissionParts, attributes: Attributes, name: unknown): Promise<Fields | undefined> {
  if (!name) return (await globalDefaults(parts)).sort((a, b) => Number(a.value) - Number(b.value))[0];
  const found = await lookUp(parts, { group, resource: "priorityclasses", name: String(name) });
  if (found) return found;
  throw refused(attributes, `no PriorityClass with name ${name} was found`);
}

async function globalDefaults(parts: AdmissionParts) {
  return (await listAll(parts, { group, resource: "priorityclasses" })).filter(
    ({ globalDefault }) => globalDefault === true,
  );
}

function refused({ type, name }: Attributes, why: string) {
  return forbidden({ group: type.group, resource: type.resource, name }, why);
}
