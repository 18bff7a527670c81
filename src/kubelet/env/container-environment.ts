import type { KubeObject } from "../../kube/object.ts";
import type { Container, EnvVar, KeySelector } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { findContainer } from "../api/pod.ts";
import { ContainerConfigError } from "../cri/container-error.ts";
import { expand } from "./expand.ts";
import type { NodeAllocatable, PodAddresses } from "./field-reference.ts";
import { fieldValue, resourceValue } from "./field-reference.ts";

export type ConfigMap = KubeObject & { data?: Record<string, string>; binaryData?: Record<string, string> };
export type Secret = KubeObject & { data?: Record<string, string>; type?: string };

/** Where configMaps and secrets of pods come from; undefined when there is no such object. */
export type ConfigStore = {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
};

export type EnvironmentContext = {
  readonly config: ConfigStore;
  readonly services: ReadonlyMap<string, string>;
  readonly addresses: PodAddresses;
  readonly allocatable: NodeAllocatable;
};

/** A container's variables in upstream's order of precedence: services, envFrom, env. Rejects with ContainerConfigError. */
export async function containerEnvironment(
  pod: Pod,
  container: Container,
  context: EnvironmentContext,
): Promise<ReadonlyMap<string, string>> {
  const fromSources = await variablesFromSources(pod, container, context.config);
  const result = new Map<string, string>(fromSources);
  // `$(NAME)` sees service variables and earlier ones of this container.
  const visible = new Map<string, string>([...context.services, ...fromSources]);
  for (const variable of container.env ?? []) {
    const value = await variableValue(pod, container, variable, { ...context, visible });
    if (value === undefined) continue;
    result.set(variable.name, value);
    visible.set(variable.name, value);
  }
  for (const [name, value] of context.services) if (!result.has(name)) result.set(name, value);
  return result;
}

async function variablesFromSources(pod: Pod, container: Container, config: ConfigStore) {
  const namespace = pod.metadata.namespace ?? "";
  const variables = new Map<string, string>();
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const data = configMapRef
      ? (await requireConfigMap(config, namespace, configMapRef))?.data
      : secretRef && decoded((await requireSecret(config, namespace, secretRef))?.data);
    for (const [key, value] of Object.entries(data ?? {})) variables.set(`${prefix}${key}`, value);
  }
  return variables;
}

type VariableContext = EnvironmentContext & { readonly visible: ReadonlyMap<string, string> };

async function variableValue(
  pod: Pod,
  container: Container,
  variable: EnvVar,
  context: VariableContext,
): Promise<string | undefined> {
  const source = variable.valueFrom;
  if (!source) return expand(variable.value ?? "", context.visible);
  const namespace = pod.metadata.namespace ?? "";
  if (source.fieldRef) {
    const value = fieldValue(pod, source.fieldRef.fieldPath, context.addresses);
    if (value === undefined) throw new ContainerConfigError(`unsupported fieldPath: ${source.fieldRef.fieldPath}`);
    return value;
  }
  if (source.resourceFieldRef) {
    const named = source.resourceFieldRef.containerName;
    const target = named ? (findContainer(pod, named) ?? container) : container;
    return resourceValue(source.resourceFieldRef, target, context.allocatable);
  }
  if (source.configMapKeyRef) {
    const map = await requireConfigMap(context.config, namespace, source.configMapKeyRef);
    return keyOf("ConfigMap", namespace, source.configMapKeyRef, map?.data);
  }
  if (source.secretKeyRef) {
    const secret = await requireSecret(context.config, namespace, source.secretKeyRef);
    return keyOf("Secret", namespace, source.secretKeyRef, decoded(secret?.data));
  }
  throw new ContainerConfigError(`environment variable ${variable.name}: valueFrom names no source`);
}

function keyOf(
  kind: string,
  namespace: string,
  { name, key, optional }: KeySelector,
  data: Record<string, string> | undefined,
): string | undefined {
  const value = data?.[key];
  if (value === undefined && !optional)
    throw new ContainerConfigError(`couldn't find key ${key} in ${kind} ${namespace}/${name}`);
  return value;
}

type Reference = { readonly name: string; readonly optional?: boolean };

async function requireConfigMap(config: ConfigStore, namespace: string, { name, optional }: Reference) {
  const map = await config.configMap(namespace, name);
  if (!map && !optional) throw new ContainerConfigError(`configmap "${name}" not found`);
  return map;
}

async function requireSecret(config: ConfigStore, namespace: string, { name, optional }: Reference) {
  const secret = await config.secret(namespace, name);
  if (!secret && !optional) throw new ContainerConfigError(`secret "${name}" not found`);
  return secret;
}

function decoded(data: Record<string, string> | undefined): Record<string, string> | undefined {
  if (!data) return undefined;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}
