import { messageOf, SlipwayError } from "../../base/errors.ts";
import { until } from "../../base/until.ts";
import { isHostLost, lostHost } from "../../hosts/lost-host.ts";
import { unlessLost } from "../../hosts/unless-lost.ts";
import { isReason } from "../../kube/api-error.ts";
import type { Node } from "../../kube/kinds/node.ts";
import { resources } from "../../kube/resources.ts";
import type { Target } from "../engine/phase.ts";
import { apiFailure } from "./api-failure.ts";
import type { ClusterContext } from "./cluster-context.ts";
import { adminClient } from "./first-control-plane.ts";
import { kubeletLastWords } from "./last-words.ts";

/**
 * A host's Node, once its kubelet has registered it with the labels that every Node has; a plan doesn't wait, since nobody
 * starts that kubelet, and gives undefined.
 */
export async function registered(context: ClusterContext, target: Target, name: string): Promise<Node | undefined> {
  const client = await adminClient(context, target);
  const find = async () => {
    try {
      const node = await client.get<Node>(resources.nodes, { name });
      context.looks.remember(node);
      return node.metadata.labels?.["kubernetes.io/hostname"] === undefined ? undefined : node;
    } catch (thrown) {
      if (isReason(thrown, "NotFound")) return undefined;
      throw thrown;
    }
  };
  if (target.mode === "plan") return find();
  const wait = { for: `Node ${name}`, withinMs: 120_000, everyMs: 100, isFinal: isHostLost };
  return unlessLost(target, (signal) => until(find, { ...wait, signal })).catch(async (thrown: unknown) => {
    target.signal.throwIfAborted();
    throw lostHost(thrown) ?? apiFailure(thrown) ?? (await notRegistered(target, name, thrown));
  });
}

/** What the kubelet itself says, where it does not register its Node. */
async function notRegistered({ host }: Target, name: string, thrown: unknown): Promise<SlipwayError> {
  return new SlipwayError(
    {
      code: "NODE_NOT_REGISTERED",
      exit: "hostStep",
      host: host.name,
      message: `the kubelet did not register Node ${name}`,
      tried: `GET /api/v1/nodes/${name}`,
      got: `${messageOf(thrown)}\n${await kubeletLastWords(host)}`,
      remedy: "read `journalctl -u kubelet` on that host",
    },
    { cause: thrown },
  );
}
