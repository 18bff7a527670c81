import { mkdir } from "node:fs/promises";
import type { Pod } from "../api/pod.ts";
import { findContainer } from "../api/pod.ts";
import type { DownwardFile, Volume, VolumeProjection } from "../api/volume.ts";
import type { ConfigStore } from "../env/container-environment.ts";
import { fieldValue, resourceValue } from "../env/field-reference.ts";
import type { NodeFacts } from "../pods/node-facts.ts";
import type { PayloadFile } from "./atomic-writer.ts";
import { writePayload } from "./atomic-writer.ts";
import { setOwnership } from "./fs-group.ts";
import { isMountPoint, mountTmpfs } from "./mounts.ts";
import type { KubeletPaths } from "./paths.ts";
import { configMapData, payloadOf, safePath, secretData } from "./payload.ts";
import type { VolumePlugin } from "./pod-volumes.ts";
import type { TokenSource } from "./token-source.ts";

export type ProjectedOptions = {
  readonly paths: KubeletPaths;
  readonly config: ConfigStore;
  readonly tokens: TokenSource;
  readonly node: NodeFacts;
};

type Kind = { readonly plugin: string; readonly onTmpfs: boolean; readonly sources: readonly VolumeProjection[] };

const defaultFileMode = 0o644;

/** configMap, secret, downwardAPI and projected volumes: all are files from the API, written at once and kept current. */
export function projectedPlugin(options: ProjectedOptions): VolumePlugin {
  return async (pod, volume) => {
    const kind = kindOf(volume);
    if (!kind) return undefined;
    const files = await collect(pod, kind.sources, { options, defaultMode: defaultModeOf(volume) });
    const hostPath = options.paths.volumeDir(pod.metadata.uid ?? "", kind.plugin, volume.name);
    await mkdir(hostPath, { recursive: true, mode: 0o777 });
    if (kind.onTmpfs && !(await isMountPoint(hostPath))) await mountTmpfs(hostPath);
    await writePayload(hostPath, files, (directory) => setOwnership(pod, directory, true));
    return { hostPath, readOnly: false };
  };
}

/** Each of the four is a list of projections; secrets stay off the disk. */
function kindOf({ configMap, secret, downwardAPI, projected }: Volume): Kind | undefined {
  if (configMap) return { plugin: "kubernetes.io/configmap", onTmpfs: false, sources: [{ configMap }] };
  if (secret) {
    const { secretName = "", items, optional } = secret;
    const source = { name: secretName, ...(items && { items }), ...(optional !== undefined && { optional }) };
    return { plugin: "kubernetes.io/secret", onTmpfs: true, sources: [{ secret: source }] };
  }
  if (downwardAPI) return { plugin: "kubernetes.io/downward-api", onTmpfs: true, sources: [{ downwardAPI }] };
  if (projected) return { plugin: "kubernetes.io/projected", onTmpfs: true, sources: projected.sources ?? [] };
  return undefined;
}

function defaultModeOf({ configMap, secret, downwardAPI, projected }: Volume): number {
  return (configMap ?? secret ?? downwardAPI ?? projected)?.defaultMode ?? defaultFileMode;
}

type Context = { readonly options: ProjectedOptions; readonly defaultMode: number };

async function collect(pod: Pod, sources: readonly VolumeProjection[], context: Context) {
  const files = new Map<string, PayloadFile>();
  for (const source of sources) {
    for (const [path, file] of await filesOf(pod, source, context)) files.set(path, file);
  }
  return files;
}

async function filesOf(
  pod: Pod,
  source: VolumeProjection,
  { options, defaultMode }: Context,
): Promise<ReadonlyMap<string, PayloadFile>> {
  const namespace = pod.metadata.namespace ?? "";
  if (source.configMap) {
    const { name = "", items, optional = false } = source.configMap;
    const found = await options.config.configMap(namespace, name);
    if (!found && !optional) throw new Error(`configmap "${name}" not found`);
    const data = found ? configMapData(found) : new Map();
    return payloadOf({ what: "config", data, items: found ? items : undefined, optional, defaultMode });
  }
  if (source.secret) {
    const { name = "", items, optional = false } = source.secret;
    const found = await options.config.secret(namespace, name);
    if (!found && !optional) throw new Error(`secret "${name}" not found`);
    const data = found ? secretData(found) : new Map();
    return payloadOf({ what: "secret", data, items: found ? items : undefined, optional, defaultMode });
  }
  if (source.downwardAPI)
    return new Map(
      (source.downwardAPI.items ?? []).map((item) => [
        safePath(item.path),
        { content: Buffer.from(downwardValue(pod, item, options.node)), mode: item.mode ?? defaultMode },
      ]),
    );
  if (source.serviceAccountToken) return tokenFile(pod, source.serviceAccountToken, { options, defaultMode });
  throw new Error(`projected volume source ${Object.keys(source).join(", ")} is not supported`);
}

async function tokenFile(
  pod: Pod,
  { path, audience, expirationSeconds = 3600 }: NonNullable<VolumeProjection["serviceAccountToken"]>,
  { options, defaultMode }: Context,
): Promise<ReadonlyMap<string, PayloadFile>> {
  const token = await options.tokens.token(pod, { audience, expirationSeconds });
  // With an fsGroup the file is the group's; else whoever runs in the pod must be able to read it (projected.go).
  const mode = pod.spec.securityContext?.fsGroup !== undefined ? 0o600 : defaultMode;
  return new Map([[safePath(path), { content: Buffer.from(token), mode }]]);
}

function downwardValue(pod: Pod, { fieldRef, resourceFieldRef }: DownwardFile, node: NodeFacts): string {
  if (fieldRef) {
    const addresses = { podIPs: (pod.status?.podIPs ?? []).map(({ ip }) => ip), hostIPs: node.hostIPs() };
    const value = fieldValue(pod, fieldRef.fieldPath, addresses);
    if (value === undefined) throw new Error(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return value;
  }
  const container = resourceFieldRef?.containerName && findContainer(pod, resourceFieldRef.containerName);
  if (!resourceFieldRef || !container) throw new Error("a downwardAPI item needs a fieldRef or a container's resource");
  return resourceValue(resourceFieldRef, container, node.allocatable) ?? "";
}
