import type { KubeClient } from "../../../kube/client.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { Volumes } from "../state/snapshot.ts";
import { bindVolumes } from "./bind-volumes.ts";

type Target = { readonly node: Node; readonly volumes: Volumes; readonly signal: AbortSignal };

/** Makes the decision true: the pod's waiting volumes first, then its binding to the node. */
export async function bindPod(client: KubeClient, pod: Pod, target: Target): Promise<void> {
  await bindVolumes(client, pod, target);
  const { name = "", namespace = "", uid } = pod.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/binding`;
  const body = {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name, namespace, uid },
    target: { kind: "Node", name: target.node.metadata.name },
  };
  await client.request({ method: "POST", path, body });
}
