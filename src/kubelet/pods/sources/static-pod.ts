import { createHash } from "node:crypto";
import { parseYaml } from "../../../base/yaml.ts";
import type { Pod } from "../../api/pod.ts";
import { hashAnnotation, seenAnnotation, sourceAnnotation } from "../../api/pod.ts";
import { defaultPod } from "./default-pod.ts";
import { validatePod } from "./validate-pod.ts";

export type StaticPodResult =
  | { readonly kind: "pod"; readonly pod: Pod }
  | { readonly kind: "invalid"; readonly problem: string };

/** What a manifest's pod depends on besides its text. */
export type ManifestContext = { readonly nodeName: string; readonly path: string; readonly seenAt: string };

/**
 * A static pod from a manifest's text: named `<name>-<node>`, with a uid that is a hash of node, file and content, so
 * that a changed manifest is a new pod (config/common.go applyDefaults).
 */
export function staticPod(text: string, { nodeName, path, seenAt }: ManifestContext): StaticPodResult {
  const parsed = parseManifest(text);
  if (parsed.kind === "invalid") return parsed;
  const raw = parsed.pod;
  const uid =
    raw.metadata.uid ??
    createHash("md5").update(`host:${nodeName}file:${path}`).update(JSON.stringify(raw)).digest("hex");
  const pod = defaultPod({
    ...raw,
    metadata: {
      ...raw.metadata,
      name: `${raw.metadata.name}-${nodeName.toLowerCase()}`,
      namespace: raw.metadata.namespace || "default",
      uid,
      annotations: {
        ...raw.metadata.annotations,
        [hashAnnotation]: uid,
        [seenAnnotation]: seenAt,
        [sourceAnnotation]: "file",
      },
    },
    spec: {
      ...raw.spec,
      nodeName,
      tolerations: [...(raw.spec.tolerations ?? []), { operator: "Exists", effect: "NoExecute" }],
    },
    status: { phase: "Pending" },
  });
  const problems = validatePod(pod);
  return problems.length > 0 ? { kind: "invalid", problem: problems.join(", ") } : { kind: "pod", pod };
}

function parseManifest(text: string): StaticPodResult {
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch (thrown) {
    return { kind: "invalid", problem: `couldn't parse as pod: ${(thrown as Error).message.split("\n")[0]}` };
  }
  if (!isPod(document))
    return { kind: "invalid", problem: "couldn't parse as pod: not a v1 Pod with metadata and spec" };
  return { kind: "pod", pod: { ...document, metadata: withoutNulls(document.metadata) } };
}

function isPod(value: unknown): value is Pod {
  const pod = value as Partial<Pod> | null | undefined;
  return (
    typeof pod === "object" &&
    pod !== null &&
    pod.kind === "Pod" &&
    pod.apiVersion === "v1" &&
    typeof pod.metadata === "object" &&
    pod.metadata !== null &&
    typeof pod.metadata.name === "string" &&
    typeof pod.spec === "object" &&
    pod.spec !== null &&
    Array.isArray(pod.spec.containers)
  );
}

/** kubeadm's older manifests carry `creationTimestamp: null`. */
function withoutNulls(metadata: Pod["metadata"]): Pod["metadata"] {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null)) as Pod["metadata"];
}
