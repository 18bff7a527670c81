import type { Pod, PodTemplateSpec } from "../../../kube/kinds/pod.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { controllerReference } from "../../../kube/owner.ts";

/** A new pod of an owner's template, which the owner controls; the server completes its name. */
export function podOfTemplate(template: PodTemplateSpec, owner: KubeObject): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: generateNameOf(owner.metadata.name ?? ""),
      namespace: owner.metadata.namespace ?? "",
      ...(labels ? { labels: { ...labels } } : {}),
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(finalizers ? { finalizers: [...finalizers] } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
  };
}

/** `name-`, or the name alone where the dash would make it too long for a pod. */
function generateNameOf(owner: string): string {
  return owner.length <= 247 ? `${owner}-` : owner;
}
