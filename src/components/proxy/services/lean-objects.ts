import type { KubeObject } from "../../../kube/object.ts";
import { objectIdentity } from "../../../kube/object-identity.ts";
import { type EndpointSlice, type Service, serviceNameLabel, triggerTimeAnnotation } from "./objects.ts";

/** A Service with nothing in it that the proxy does not read: thousands of them are kept in memory. */
export function leanService(given: Service & KubeObject): Service & KubeObject {
  const { apiVersion, kind, metadata, spec, status } = given;
  const { selector: _, ...rest } = (spec ?? {}) as NonNullable<Service["spec"]> & { selector?: unknown };
  const ingress = status?.loadBalancer?.ingress;
  return {
    apiVersion,
    kind,
    metadata: { ...objectIdentity(metadata), ...(metadata.labels ? { labels: metadata.labels } : {}) },
    spec: rest,
    ...(ingress ? { status: { loadBalancer: { ingress } } } : {}),
  };
}

/** An EndpointSlice likewise. */
export function leanSlice(given: EndpointSlice & KubeObject): EndpointSlice & KubeObject {
  const { apiVersion, kind, metadata, addressType, endpoints = [], ports = [] } = given;
  const service = metadata.labels?.[serviceNameLabel];
  const trigger = metadata.annotations?.[triggerTimeAnnotation];
  return {
    apiVersion,
    kind,
    metadata: {
      ...objectIdentity(metadata),
      labels: service ? { [serviceNameLabel]: service } : {},
      ...(trigger ? { annotations: { [triggerTimeAnnotation]: trigger } } : {}),
    },
    addressType,
    ports,
    endpoints: endpoints.map(({ addresses, nodeName, conditions }) => ({
      addresses: addresses.slice(0, 1),
      ...(nodeName ? { nodeName } : {}),
      ...(conditions ? { conditions } : {}),
    })),
  };
}
