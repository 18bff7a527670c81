import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { enumError } from "./container.ts";
import { duplicate, type FieldError, invalid, required } from "./field-error.ts";
import { dnsLabel, dnsSubdomain } from "./names.ts";
import { labelErrors } from "./object-meta.ts";
import { portNameProblems, portNumber } from "./ports.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const specOf = (object: KubeObject): Fields => mapAt(object as Fields, "spec") ?? {};

export function validateService(service: KubeObject): FieldError[] {
  const spec = specOf(service);
  const ports = listAt(spec, "ports");
  const isNameless = spec.type === "ExternalName" || spec.clusterIP === "None";
  return [
    ...enumError("spec.type", spec.type, types),
    ...(ports.length === 0 && !isNameless ? [required("spec.ports")] : []),
    ...(spec.type === "ExternalName" ? externalName(spec) : []),
    ...ports.flatMap((port, index) => portErrors(port, `spec.ports[${index}]`, ports.length > 1)),
    ...duplicates(ports),
    ...labelErrors(mapAt(spec, "selector") as Record<string, string> | undefined, "spec.selector"),
    ...enumError("spec.sessionAffinity", spec.sessionAffinity, ["ClientIP", "None"]),
    ...enumError("spec.externalTrafficPolicy", spec.externalTrafficPolicy, ["Cluster", "Local"]),
    ...enumError("spec.internalTrafficPolicy", spec.internalTrafficPolicy, ["Cluster", "Local"]),
    ...(spec.type === "LoadBalancer" && spec.clusterIP === "None"
      ? [invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for LoadBalancer services")]
      : []),
  ];
}

function externalName({ externalName: name }: Fields): FieldError[] {
  if (!name) return [required("spec.externalName")];
  const bare = String(name).replace(/\.$/, "");
  return dnsSubdomain(bare).map((text) => invalid("spec.externalName", name, text));
}

function portErrors(port: Fields, path: string, needsName: boolean): FieldError[] {
  const name = String(port.name ?? "");
  const isNumber = typeof port.targetPort === "number";
  return [
    ...(name === "" && needsName ? [required(`${path}.name`)] : []),
    ...(name === "" ? [] : dnsLabel(name).map((text) => invalid(`${path}.name`, name, text))),
    ...portNumber(`${path}.port`, port.port),
    ...(isNumber
      ? portNumber(`${path}.targetPort`, port.targetPort)
      : portNameProblems(String(port.targetPort)).map((text) => invalid(`${path}.targetPort`, port.targetPort, text))),
    ...enumError(`${path}.protocol`, port.protocol, ["SCTP", "TCP", "UDP"]),
  ];
}

function duplicates(ports: readonly Fields[]): FieldError[] {
  const seen = new Set<string>();
  return ports.flatMap(({ port, protocol, name }, index) => {
    const keys = [`${protocol}/${port}`, ...(name ? [`name ${name}`] : [])];
    const repeated = keys.find((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return repeated
      ? [duplicate(`spec.ports[${index}]`, repeated.startsWith("name ") ? name : { protocol, port })]
      : [];
  });
}

export function validateServiceUpdate(service: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [specOf(service), specOf(old)];
  if (now.type === "ExternalName" || before.type === "ExternalName") return [];
  if (!before.clusterIP) return [];
  const [held, kept] = [before, now].map(({ clusterIPs, clusterIP }) => (clusterIPs ?? [clusterIP]) as string[]);
  const first = now.clusterIP === before.clusterIP ? [] : [0];
  // A second address may come and go; while it is there it stays as it is.
  const second = held?.[1] !== undefined && kept?.[1] !== undefined && kept[1] !== held[1] ? [1] : [];
  return [...first, ...second].map((at) =>
    invalid(`spec.clusterIPs[${at}]`, at === 0 ? [now.clusterIP] : kept, "may not change once set"),
  );
}
