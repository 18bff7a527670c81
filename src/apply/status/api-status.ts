import { messageOf } from "../../base/errors.ts";
import type { KubeClient } from "../../kube/client.ts";
import { type Condition, isConditionTrue } from "../../kube/conditions.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import type { HostSource } from "../../phases/engine/run/workflow-run.ts";
import { adminClientOf } from "../admin-client.ts";

export type ApiStatus =
  | { readonly kind: "down"; readonly error: string }
  | {
      readonly kind: "up";
      /** The control plane that answered. */
      readonly through: string;
      readonly nodes: readonly NodeStatus[];
      readonly components: readonly ComponentStatus[];
    };

export type NodeStatus = {
  readonly name: string;
  readonly isReady: boolean;
  readonly version: string;
  readonly isInFile: boolean;
};

/** A pod of kube-system. */
export type ComponentStatus = {
  readonly name: string;
  readonly node: string;
  readonly isReady: boolean;
  readonly restarts: number;
  /** The tag of its first container's image. */
  readonly version: string;
};

type Node = KubeObject & { status?: { conditions?: Condition[]; nodeInfo?: { kubeletVersion?: string } } };
type Pod = KubeObject & {
  spec?: { nodeName?: string; containers?: { image?: string }[] };
  status?: { conditions?: Condition[]; containerStatuses?: { restartCount: number }[] };
};

/** What the API tells through the first of these control planes where it answers. */
export async function apiStatus(
  controlPlanes: readonly HostSource[],
  nodeNames: ReadonlySet<string>,
): Promise<ApiStatus> {
  const errors: string[] = [];
  for (const { name, connect } of controlPlanes) {
    try {
      const client = await adminClientOf(await connect());
      return await told(client, name, nodeNames).finally(() => client.close());
    } catch (thrown) {
      errors.push(`${name}: ${messageOf(thrown)}`);
    }
  }
  return { kind: "down", error: errors.join("\n") || "no control plane is selected" };
}

async function told(client: KubeClient, through: string, nodeNames: ReadonlySet<string>): Promise<ApiStatus> {
  const [nodes, pods] = await Promise.all([
    client.list<Node>(resources.nodes),
    client.list<Pod>(resources.pods, { namespace: "kube-system" }),
  ]);
  return {
    kind: "up",
    through,
    nodes: nodes.items.map((node) => nodeStatus(node, nodeNames)),
    components: pods.items.map(componentStatus),
  };
}

function nodeStatus({ metadata: { name = "" }, status }: Node, names: ReadonlySet<string>): NodeStatus {
  const version = status?.nodeInfo?.kubeletVersion ?? "";
  return { name, isReady: isConditionTrue(status?.conditions, "Ready"), version, isInFile: names.has(name) };
}

function componentStatus({ metadata: { name = "" }, spec, status }: Pod): ComponentStatus {
  const restarts = (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
  const version = /:([^:/@]+)(@.*)?$/.exec(spec?.containers?.[0]?.image ?? "")?.[1] ?? "";
  const isReady = isConditionTrue(status?.conditions, "Ready");
  return { name, node: spec?.nodeName ?? "", isReady, restarts, version };
}
