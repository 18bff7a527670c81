import { certsDirectory } from "../../runtime/containerd/config.ts";
import type { Resource } from "../engine/resource.ts";
import { action } from "../engine/resources/action.ts";

/** An image that the host's containerd fetches from the registry that its reference names, or from a mirror of it. */
export function pulledImage(reference: string): Resource {
  const ctr = ["ctr", "--namespace", "k8s.io", "images"];
  const isKnown = `[ -n "$(ctr --namespace k8s.io images list --quiet "name==$1" 2>/dev/null)" ]`;
  return action(`pull-${reference}`, {
    makes: `${reference} pulled`,
    check: ["sh", "-c", isKnown, "sh", reference],
    run: [[...ctr, "pull", "--hosts-dir", certsDirectory, reference]],
  });
}
