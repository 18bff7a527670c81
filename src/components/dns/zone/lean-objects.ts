import type { KubeObject } from "../../../kube/object.ts";
import { objectIdentity } from "../../../kube/object-identity.ts";
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
    metadata: objectIdentity(metadata),
    spec: Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
  };
}

/** An EndpointSlice likewise. */
export function leanSlice(given: SliceObject & KubeObject): SliceObject & KubeObject {
  const { apiVersion, kind, metadata, addressType, endpoints = [], ports = [] } = given;
  return {
    apiVersion,
    kind,
    metadata: { ...objectIdentity(metadata), ...(metadata.labels ? { labels: metadata.labels } : {}) },
    addressType,
    ports,
    endpoints: endpoints.map(({ addresses, hostname, conditions }) => ({
      addresses,
      ...(hostname ? { hostname } : {}),
      ...(conditions ? { conditions } : {}),
    })),
  };
}
