import { ensured, type Fields, listAt, mapAt, missing } from "./missing.ts";

type Defaulter = (object: Fields) => void;

export const networkDefaults: Readonly<Record<string, Defaulter>> = {
  services: (object) => defaultService(ensured(object, "spec")),
  endpoints: (object) => {
    for (const subset of listAt(object, "subsets")) {
      for (const port of listAt(subset, "ports")) missing(port, { protocol: "TCP" });
    }
  },
  "discovery.k8s.io/endpointslices": (object) => {
    for (const port of listAt(object, "ports")) missing(port, { name: "", protocol: "TCP" });
    missing(object, { endpoints: [], ports: [] });
  },
  "networking.k8s.io/ingressclasses": (object) => {
    const parameters = mapAt(mapAt(object, "spec"), "parameters");
    if (parameters) missing(parameters, { scope: "Cluster" });
  },
  "networking.k8s.io/networkpolicies": (object) => defaultPolicy(ensured(object, "spec")),
};

function defaultService(spec: Fields): void {
  missing(spec, { sessionAffinity: "None", type: "ClusterIP" });
  for (const port of listAt(spec, "ports")) {
    missing(port, { protocol: "TCP", targetPort: port.port });
    if (port.targetPort === 0 || port.targetPort === "") port.targetPort = port.port;
  }
  if (spec.sessionAffinity === "ClientIP") {
    missing(ensured(ensured(spec, "sessionAffinityConfig"), "clientIP"), { timeoutSeconds: 10_800 });
  }
  if (spec.type !== "ExternalName") missing(spec, { internalTrafficPolicy: "Cluster" });
  const isExternal = spec.type === "NodePort" || spec.type === "LoadBalancer";
  if (isExternal) missing(spec, { externalTrafficPolicy: "Cluster" });
  if (spec.type === "LoadBalancer") missing(spec, { allocateLoadBalancerNodePorts: true });
}

function defaultPolicy(spec: Fields): void {
  const hasEgress = listAt(spec, "egress").length > 0 || Array.isArray(spec.egress);
  missing(spec, { podSelector: {}, policyTypes: hasEgress ? ["Ingress", "Egress"] : ["Ingress"] });
  for (const rule of [...listAt(spec, "ingress"), ...listAt(spec, "egress")]) {
    for (const port of listAt(rule, "ports")) missing(port, { protocol: "TCP" });
  }
}

/** Webhooks of admission configurations. */
export const admissionDefaults: Readonly<Record<string, Defaulter>> = {
  "admissionregistration.k8s.io/validatingwebhookconfigurations": (object) => {
    for (const webhook of listAt(object, "webhooks")) defaultWebhook(webhook);
  },
  "admissionregistration.k8s.io/mutatingwebhookconfigurations": (object) => {
    for (const webhook of listAt(object, "webhooks")) {
      defaultWebhook(webhook);
      missing(webhook, { reinvocationPolicy: "Never" });
    }
  },
};

function defaultWebhook(webhook: Fields): void {
  missing(webhook, {
    failurePolicy: "Fail",
    matchPolicy: "Equivalent",
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
  });
  for (const rule of listAt(webhook, "rules")) missing(rule, { scope: "*" });
  const service = mapAt(mapAt(webhook, "clientConfig"), "service");
  if (service) missing(service, { port: 443 });
}
