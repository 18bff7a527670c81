import type { KubeObject, ObjectMeta } from "../../../kube/object.ts";
import type { ServiceObject, SliceObject } from "./service-index.ts";

/** A Service with nothing in it that DNS does not read: thousands of them are kept in memory. */
export function leanService({
  apiVersion,
  kind,
  metadata,
  spec,
}: ServiceObject & KubeObject): ServiceObject & KubeObject {
  const { type, clusterIP, clusterIPs, externalName, ports } = spec ?? {};
  const kept = Object.entries({ type, clusterIP, clusterIPs, externalName, ports });
  return {
    apiVersion,
    kind,
    metadata: identity(metadata),
    spec: Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
  };
}

/** An EndpointSlice likewise. */
export function leanSlice(given: SliceObject & KubeObject): SliceObject & KubeObject {
  const { apiVersion, kind, metadata, addressType, endpoints = [], ports = [] } = given;
  return {
    apiVersion,
    kind,
    metadata: { ...identity(metadata), ...(metadata.labels ? { labels: metadata.labels } : {}) },
    addressType,
    ports,
    endpoints: endpoints.map(({ addresses, hostname, conditions }) => ({
      addresses,
      ...(hostname ? { hostname } : {}),
      ...(conditions ? { conditions } : {}),
    })),
  };
}

function identity({ name, namespace, uid, resourceVersion }: ObjectMeta): ObjectMeta {
  return {
    ...(name ? { name } : {}),
    ...(namespace ? { namespace } : {}),
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
  };
}
