import { ApiError, forbidden, notFound } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import { type AdmissionParts, isCore, lookUp } from "./parts.ts";

const immortal = ["default", "kube-system", "kube-public"];
/** Kinds that answer a question and store nothing. */
const reviews = ["localsubjectaccessreviews"];

/** Objects need a namespace that lives; the system's namespaces can't be deleted. */
export function namespaceLifecycle(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "NamespaceLifecycle",
    async mutate(attributes) {
      const { operation, type, name, namespace } = attributes;
      const isNamespace = isCore(type, "namespaces");
      if (operation === "DELETE" && isNamespace && immortal.includes(name)) {
        throw forbidden({ group: "", resource: "namespaces", name }, "this namespace may not be deleted");
      }
      if (operation !== "CREATE" || isNamespace || !type.namespaced || reviews.includes(type.resource)) return;
      const found = await lookUp(parts, { resource: "namespaces", name: namespace });
      if (!found) throw notFound({ group: "", resource: "namespaces", name: namespace });
      if (found.metadata.deletionTimestamp) throw terminating(attributes);
    },
  };
}

function terminating({ type, name, namespace }: Attributes): ApiError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { status } = forbidden({ group: type.group, resource: type.resource, name }, why);
  const causes = [
    {
      reason: "NamespaceTerminating",
      message: `namespace ${namespace} is being terminated`,
      field: "metadata.namespace",
    },
  ];
  return new ApiError(403, "Forbidden", status.message ?? why, { ...status.details, causes });
}
