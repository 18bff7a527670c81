import { isDeepStrictEqual } from "node:util";
import { parseIp } from "../../../base/ip-address.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "./field-error.ts";
import { dnsLabel1035, dnsSubdomain, pathSegment } from "./names.ts";
import { portNameProblems, portNumber } from "./ports.ts";
import { fields, form, items, needed, type Rule } from "./rules.ts";

const badSequences = ["//", "/./", "/../", "%2f", "%2F"];
const badEnds = ["/..", "/."];
const wildcard = /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function hostProblems(host: string): string[] {
  if (!host.includes("*")) return dnsSubdomain(host);
  return wildcard.test(host)
    ? []
    : [
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ];
}

const host = form((text) => [
  ...(parseIp(text) ? ["must be a DNS name, not an IP address"] : []),
  ...hostProblems(text),
]);

const resource = fields({
  apiGroup: form(dnsSubdomain),
  kind: needed(form(pathSegment)),
  name: needed(form(pathSegment)),
});

const backend: Rule = (value, path) => {
  const given = value as Fields;
  const service = mapAt(given, "service");
  if (service && given.resource) return [invalid(path, "", "cannot set both resource and service backends")];
  if (given.resource) return resource(given.resource, `${path}.resource`);
  if (!service) return [invalid(path, "", "resource or service backend is required")];
  return [...needed(form(dnsLabel1035))(service.name, `${path}.service.name`), ...portErrors(service, path)];
};

function portErrors(service: Fields, path: string): FieldError[] {
  const { name, number } = (mapAt(service, "port") ?? {}) as { name?: string; number?: number };
  if (name && number) return [invalid(path, "", "cannot set both port name & port number")];
  const at = `${path}.service.port`;
  if (name) return portNameProblems(name).map((text) => invalid(`${at}.name`, name, text));
  return number ? portNumber(`${at}.number`, number) : [required(path, "port name or number is required")];
}

const pathRule: Rule = (value, path) => {
  const { pathType, path: text = "", backend: to } = value as { pathType?: string; path?: string; backend?: Fields };
  if (!pathType) return [required(`${path}.pathType`, "pathType must be specified")];
  return [...pathErrors(pathType, text, path), ...backend(to ?? {}, `${path}.backend`)];
};

function pathErrors(type: string, text: string, path: string): FieldError[] {
  const at = `${path}.path`;
  const relative = text.startsWith("/") ? [] : [invalid(at, text, "must be an absolute path")];
  if (type === "ImplementationSpecific") return text === "" ? [] : relative;
  if (type !== "Exact" && type !== "Prefix") return [notAType(`${path}.pathType`, type)];
  return [
    ...relative,
    ...badSequences.filter((one) => text.includes(one)).map((one) => invalid(at, text, `must not contain '${one}'`)),
    ...badEnds.filter((one) => text.endsWith(one)).map((one) => invalid(at, text, `cannot end with '${one}'`)),
  ];
}

function notAType(path: string, type: string): FieldError {
  return notSupported(path, type, ["Exact", "ImplementationSpecific", "Prefix"]);
}

const rules = items(fields({ host, http: fields({ paths: needed(items(pathRule)) }) }));
const tls = items(fields({ hosts: items(form(hostProblems)), secretName: form(dnsSubdomain) }));

/** An Ingress (pkg/apis/networking/validation). */
export function validateIngress(ingress: KubeObject): FieldError[] {
  const spec = mapAt(ingress as Fields, "spec") ?? {};
  const to = mapAt(spec, "defaultBackend");
  const isEmpty = listAt(spec, "rules").length === 0 && !to;
  return [
    ...(isEmpty ? [invalid("spec", [], "either `defaultBackend` or `rules` must be specified")] : []),
    ...(to ? backend(to, "spec.defaultBackend") : []),
    ...fields({ rules, tls, ingressClassName: form(dnsSubdomain) })(spec, "spec"),
  ];
}

const controllerName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** An IngressClass: whose controller it is, and what it is configured by. */
export function validateIngressClass(object: KubeObject): FieldError[] {
  const spec = mapAt(object as Fields, "spec") ?? {};
  const domain = (text: string) =>
    controllerName.test(text) && text.length <= 250 ? [] : ['must be a domain-prefixed path (such as "acme.io/foo")'];
  const parameters = mapAt(spec, "parameters");
  return [
    ...needed(form(domain))(spec.controller, "spec.controller"),
    ...(parameters ? [...resource(parameters, "spec.parameters"), ...scopeErrors(parameters)] : []),
  ];
}

function scopeErrors({ scope, namespace }: Fields): FieldError[] {
  const path = "spec.parameters";
  if (scope === undefined) return [required(`${path}.scope`)];
  if (scope !== "Cluster" && scope !== "Namespace")
    return [notSupported(`${path}.scope`, scope, ["Cluster", "Namespace"])];
  if (scope === "Namespace" && !namespace)
    return [required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'")];
  return scope === "Cluster" && namespace
    ? [forbiddenField(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'")]
    : [];
}

export function validateIngressClassUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object, old].map((one) => mapAt(one as Fields, "spec")?.controller);
  return isDeepStrictEqual(now, before) ? [] : [invalid("spec.controller", now, "field is immutable")];
}
