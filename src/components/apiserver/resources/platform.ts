import { eventFields } from "./core.ts";
import { dig } from "./field-path.ts";
import { groupVersion, type ResourceType, status } from "./resource-type.ts";

const networking = groupVersion("networking.k8s.io", "v1");
const discovery = groupVersion("discovery.k8s.io", "v1");
const events = groupVersion("events.k8s.io", "v1");
const storage = groupVersion("storage.k8s.io", "v1");
const node = groupVersion("node.k8s.io", "v1");
const coordination = groupVersion("coordination.k8s.io", "v1");
const claims = groupVersion("resource.k8s.io", "v1");
const flow = groupVersion("flowcontrol.apiserver.k8s.io", "v1");

export const platform: readonly ResourceType[] = [
  networking.cluster("IngressClass", "ingressclasses"),
  networking.namespaced("Ingress", "ingresses", {
    shortNames: ["ing"],
    storagePath: "ingress",
    subresources: [status("Ingress")],
  }),
  networking.cluster("IPAddress", "ipaddresses", {
    shortNames: ["ip"],
    fieldsOf: (object) => ({
      "spec.parentRef.group": dig(object, "spec", "parentRef", "group"),
      "spec.parentRef.resource": dig(object, "spec", "parentRef", "resource"),
      "spec.parentRef.namespace": dig(object, "spec", "parentRef", "namespace"),
      "spec.parentRef.name": dig(object, "spec", "parentRef", "name"),
    }),
  }),
  networking.namespaced("NetworkPolicy", "networkpolicies", { shortNames: ["netpol"] }),
  networking.cluster("ServiceCIDR", "servicecidrs", { subresources: [status("ServiceCIDR")] }),
  discovery.namespaced("EndpointSlice", "endpointslices"),
  events.namespaced("Event", "events", { shortNames: ["ev"], storageVersion: "v1", fieldsOf: eventFields }),
  storage.cluster("CSIDriver", "csidrivers"),
  storage.cluster("CSINode", "csinodes"),
  storage.namespaced("CSIStorageCapacity", "csistoragecapacities"),
  storage.cluster("StorageClass", "storageclasses", { shortNames: ["sc"] }),
  storage.cluster("VolumeAttachment", "volumeattachments", { subresources: [status("VolumeAttachment")] }),
  storage.cluster("VolumeAttributesClass", "volumeattributesclasses", { shortNames: ["vac"] }),
  node.cluster("RuntimeClass", "runtimeclasses"),
  coordination.namespaced("Lease", "leases"),
  claims.cluster("DeviceClass", "deviceclasses"),
  claims.namespaced("ResourceClaim", "resourceclaims", { subresources: [status("ResourceClaim")] }),
  claims.namespaced("ResourceClaimTemplate", "resourceclaimtemplates"),
  claims.cluster("ResourceSlice", "resourceslices", {
    fieldsOf: (object) => ({
      "spec.nodeName": dig(object, "spec", "nodeName"),
      "spec.driver": dig(object, "spec", "driver"),
    }),
  }),
  flow.cluster("FlowSchema", "flowschemas", { subresources: [status("FlowSchema")] }),
  flow.cluster("PriorityLevelConfiguration", "prioritylevelconfigurations", {
    subresources: [status("PriorityLevelConfiguration")],
  }),
];
