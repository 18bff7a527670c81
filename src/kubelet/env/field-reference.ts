import { milliValue, wholeValue } from "../../kube/quantity.ts";
import type { Container, ResourceFieldRef } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";

/** Resources of the node that stand in for a limit that a container does not set. */
export type NodeAllocatable = Readonly<Record<string, string>>;

/** What only the running pod knows. */
export type PodAddresses = { readonly podIPs: readonly string[]; readonly hostIPs: readonly string[] };

/** The value of a `fieldRef` path; undefined for a path that the downward API does not have. */
export function fieldValue(pod: Pod, path: string, { podIPs, hostIPs }: PodAddresses): string | undefined {
  const subscript = /^metadata\.(annotations|labels)\['(.*)'\]$/.exec(path);
  if (subscript) {
    const map = subscript[1] === "labels" ? pod.metadata.labels : pod.metadata.annotations;
    return map?.[subscript[2] ?? ""] ?? "";
  }
  switch (path) {
    case "metadata.name":
      return pod.metadata.name ?? "";
    case "metadata.namespace":
      return pod.metadata.namespace ?? "";
    case "metadata.uid":
      return pod.metadata.uid ?? "";
    case "metadata.labels":
      return formatMap(pod.metadata.labels);
    case "metadata.annotations":
      return formatMap(pod.metadata.annotations);
    case "spec.nodeName":
      return pod.spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return pod.spec.serviceAccountName ?? "";
    case "status.hostIP":
      return hostIPs[0] ?? "";
    case "status.hostIPs":
      return hostIPs.join(",");
    case "status.podIP":
      return podIPs[0] ?? "";
    case "status.podIPs":
      return podIPs.join(",");
    default:
      return undefined;
  }
}

/** One `key="value"` a line, sorted, values quoted as Go's %q. */
function formatMap(map: Readonly<Record<string, string>> = {}): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join("\n");
}

/** The value of a `resourceFieldRef`, divided and rounded up; an unset limit is the node's allocatable. */
export function resourceValue(
  { resource, divisor }: ResourceFieldRef,
  container: Container,
  allocatable: NodeAllocatable,
): string | undefined {
  const [kind, name = ""] = splitOnce(resource, ".");
  if (kind !== "limits" && kind !== "requests") return undefined;
  const resources = container.resources;
  const unset = kind === "limits" ? allocatable[name] : resources?.limits?.[name];
  const quantity = resources?.[kind]?.[name] ?? unset ?? 0;
  const unit = divisor && String(divisor) !== "0" ? divisor : 1;
  return name === "cpu"
    ? String(Math.ceil(milliValue(quantity) / milliValue(unit)))
    : String(Math.ceil(wholeValue(quantity) / wholeValue(unit)));
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
