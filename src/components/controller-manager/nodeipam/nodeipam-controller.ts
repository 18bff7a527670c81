import { parseCidrs } from "../../../base/cidr.ts";
import { SlipwayError } from "../../../base/errors.ts";
import { isConflict, isNotFound } from "../../../kube/api-error.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import type { Options } from "../options.ts";
import { CidrSet } from "./cidr-set.ts";

const defaultMaskSize = { 4: 24, 6: 64 } as const;

/** Gives every node its share of the cluster CIDR, one per family. */
export const nodeIpamController: Controller = {
  name: "node-ipam-controller",
  alias: "nodeipam",
  account: "node-controller",
  start(context) {
    const { options, informers } = context;
    const nodes = informers.of<Node>(resources.nodes);
    if (!options["allocate-node-cidrs"]) return () => undefined;
    const sets = cidrSets(options);
    // one worker: two nodes must never be given one block
    const worker = new KeyedWorker(context, "node", (key) => assign(context, sets, nodes.store.get(key)), {
      workers: 1,
    });
    return () => {
      for (const node of nodes.store.list()) occupy(sets, node);
      nodes.addHandler({
        added: (node) => {
          occupy(sets, node);
          worker.add(keyOf(node));
        },
        updated: (old, node) => {
          if (!node.spec?.podCIDR && !old.spec?.podCIDR) worker.add(keyOf(node));
        },
        deleted: ({ spec }) => {
          release(sets, spec?.podCIDRs ?? []);
        },
      });
      worker.run();
    };
  },
};

/** One set for each network of --cluster-cidr, without the blocks of services. */
function cidrSets(options: Options): CidrSet[] {
  const cidrs = parseCidrs(options["cluster-cidr"]);
  if (!cidrs) {
    throw new SlipwayError({
      code: "FLAG_INVALID",
      exit: "usage",
      message: `--cluster-cidr "${options["cluster-cidr"]}" is no list of networks, which --allocate-node-cidrs needs`,
    });
  }
  return cidrs.map((cidr) => {
    const { family } = cidr.address;
    const own =
      options[`node-cidr-mask-size-ipv${family}`] || (cidrs.length === 1 ? options["node-cidr-mask-size"] : 0);
    const set = new CidrSet(cidr, own || defaultMaskSize[family]);
    for (const services of options["service-cluster-ip-range"].split(",")) set.occupy(services);
    return set;
  });
}

function occupy(sets: readonly CidrSet[], { spec }: Node): void {
  for (const cidr of spec?.podCIDRs ?? []) for (const set of sets) set.occupy(cidr);
}

function release(sets: readonly CidrSet[], cidrs: readonly string[]): void {
  for (const cidr of cidrs) for (const set of sets) set.release(cidr);
}

async function assign(context: ControllerContext, sets: readonly CidrSet[], node: Node | undefined): Promise<void> {
  if (!node || node.spec?.podCIDR || node.metadata.deletionTimestamp) return;
  const { client, recorder } = context;
  const cidrs = sets.map((set) => set.allocate());
  const podCIDRs = cidrs.filter((cidr) => cidr !== undefined);
  try {
    if (podCIDRs.length < sets.length)
      throw new Error("CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range");
    const { name = "", uid, resourceVersion } = node.metadata;
    // another node of the name, or one that has its networks by now, must not be given these
    const body = { metadata: { uid, resourceVersion }, spec: { podCIDR: podCIDRs[0], podCIDRs } };
    await client.patch(resources.nodes, { name }, { type: "merge", body });
  } catch (thrown) {
    release(sets, podCIDRs);
    if (isNotFound(thrown)) return;
    if (isConflict(thrown)) throw thrown;
    const message = `Node ${node.metadata.name} status is now: CIDRNotAvailable`;
    recorder.event(node, { type: "Normal", reason: "CIDRNotAvailable", message });
    throw thrown;
  }
}
