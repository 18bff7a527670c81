import type { EndpointSlice } from "../../../kube/kinds/endpoints.ts";
import type { Service } from "../../../kube/kinds/service.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { controllerReference } from "../../../kube/owner.ts";

export const serviceNameLabel = "kubernetes.io/service-name";
export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
const headlessLabel = "service.kubernetes.io/headless";

/** A slice of a service or of its Endpoints, ready to be created. */
export function newSlice(
  owner: KubeObject,
  { labels, manager }: { labels: Record<string, string>; manager: string },
  content: Pick<EndpointSlice, "addressType" | "ports" | "endpoints">,
): EndpointSlice {
  const { name = "", namespace = "" } = owner.metadata;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: manager },
      ownerReferences: [controllerReference(owner)],
    },
    ...content,
  };
}

/** The labels that slices and Endpoints take over from their service. */
export function serviceLabels({ metadata, spec }: Service): Record<string, string> {
  const { [serviceNameLabel]: _, [managedByLabel]: __, [headlessLabel]: ___, ...own } = metadata.labels ?? {};
  return spec.clusterIP === "None" ? { ...own, [headlessLabel]: "" } : own;
}
