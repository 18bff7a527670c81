import { clusterKind } from "./cluster-kind.ts";
import type { JsonSchema } from "./schema/node.ts";

/** The JSON Schema of the Cluster kind, for editors; the repository holds it as schemas/cluster.json. */
export function clusterJsonSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Slipway cluster",
    description: "Hosts that become a Kubernetes cluster with `slipway apply -f`.",
    ...clusterKind.jsonSchema,
  };
}
