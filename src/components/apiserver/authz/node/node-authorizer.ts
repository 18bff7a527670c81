import type { KubeObject } from "../../../../kube/object.ts";
import { nodeNameOf, type User } from "../../authn/user.ts";
import type { RequestInfo, ResourceRequest } from "../../http/request-info.ts";
import type { Catalog } from "../../resources/catalog.ts";
import { exactValue } from "../../selection/field-selector.ts";
import type { ObjectStore } from "../../storage/object-store.ts";
import { ParsedView } from "../../storage/parsed-view.ts";
import type { Authorizer, Decision, Denial } from "../authorizer.ts";
import { nodeRules } from "../policy/bootstrap-objects.ts";
import { ruleAllows } from "../rbac/rule.ts";
import { type PodReferences, podReferences } from "./pod-references.ts";
import { PodsByNode } from "./pods-by-node.ts";

const none: Denial = { allowed: false, reason: "" };
const allowed: Decision = { allowed: true, reason: "" };
const reads = ["get", "list", "watch"];
type Special = (node: string, info: ResourceRequest) => Decision | undefined;

/** Lets each kubelet do its work: what the node role grants, and objects only of the pods on its own node. */
export class NodeAuthorizer implements Authorizer {
  readonly #pods: PodsByNode;
  readonly #volumes: ParsedView<string>;
  readonly #rules = nodeRules();

  private constructor(pods: PodsByNode, volumes: ParsedView<string>) {
    this.#pods = pods;
    this.#volumes = volumes;
  }

  static async open(store: ObjectStore, catalog: Catalog): Promise<NodeAuthorizer> {
    const pods = catalog.find("", "v1", "pods");
    const volumes = catalog.find("", "v1", "persistentvolumes");
    if (!pods || !volumes) throw new Error("pods and persistentvolumes are not in the catalog");
    return new NodeAuthorizer(
      new PodsByNode(await ParsedView.open(store, pods, podReferences)),
      await ParsedView.open(store, volumes, claimOf),
    );
  }

  authorize(user: User, info: RequestInfo): Decision {
    const node = nodeNameOf(user);
    if (node === undefined) return none;
    if (info.kind === "resource") {
      const decision = this.#special[info.group ? `${info.resource}.${info.group}` : info.resource]?.(node, info);
      if (decision) return decision;
    }
    return this.#rules.some((rule) => ruleAllows(rule, info)) ? allowed : none;
  }

  /** Kinds whose access depends on the node or its pods; undefined leaves the decision to the rules. */
  readonly #special: Readonly<Record<string, Special>> = {
    nodes: readsOwnNode,
    pods: (node, info) => {
      if (!reads.includes(info.verb) || info.subresource) return undefined;
      if (exactValue(info.fieldSelector ?? "", "spec.nodeName") === node) return allowed;
      if (!info.name) return deny("can only list/watch pods with spec.nodeName field selector");
      return this.#related(node, info, (pod) => pod.name === info.name);
    },
    secrets: (node, info) => this.#byPods(node, info, (pod) => pod.secrets.has(info.name)),
    configmaps: (node, info) => this.#byPods(node, info, (pod) => pod.configMaps.has(info.name)),
    persistentvolumeclaims: (node, info) => {
      const isClaimed = (pod: PodReferences) => pod.claims.has(info.name);
      if (info.subresource !== "status") return this.#byPods(node, info, isClaimed);
      return this.#related(node, info, isClaimed);
    },
    persistentvolumes: (node, info) => {
      if (info.verb !== "get" || info.subresource) return undefined;
      const [namespace = "", claim = ""] = (this.#volumes.get("", info.name) ?? "").split("/");
      return this.#related(node, { ...info, namespace }, (pod) => claim !== "" && pod.claims.has(claim));
    },
    serviceaccounts: (node, info) => {
      const uses = (pod: PodReferences) => pod.serviceAccount === info.name;
      const isToken = info.subresource === "token" && info.verb === "create";
      return isToken || info.verb === "get" ? this.#related(node, info, uses) : undefined;
    },
    "leases.coordination.k8s.io": (node, { namespace, verb, name }) => {
      if (namespace !== "kube-node-lease" || verb === "create" || !name) return undefined;
      return name === node ? allowed : deny("can only access node lease with the same name as the requesting node");
    },
    "csinodes.storage.k8s.io": (node, { verb, name }) => {
      if (verb === "create" || name === node) return undefined;
      return deny("can only access CSINode with the same name as the requesting node");
    },
  };

  #byPods(node: string, info: ResourceRequest, refers: (pod: PodReferences) => boolean): Decision {
    if (!reads.includes(info.verb) || info.subresource) return deny(`can only read resources of this type`);
    if (!info.name) return deny("No Object name found");
    return this.#related(node, info, refers);
  }

  #related(
    node: string,
    { namespace, resource, name }: ResourceRequest,
    refers: (pod: PodReferences) => boolean,
  ): Decision {
    if (this.#pods.some(node, (pod) => pod.namespace === namespace && refers(pod))) return allowed;
    return deny(`no relationship found between node '${node}' and this object`, `${resource} ${namespace}/${name}`);
  }
}

/** Nodes read themselves alone (KEP-4601); what they write of themselves is for NodeRestriction to judge. */
function readsOwnNode(node: string, { verb, subresource, name }: ResourceRequest): Decision | undefined {
  if (!reads.includes(verb) || subresource || name === node) return undefined;
  return deny(
    name
      ? `node '${node}' cannot read '${name}', only its own Node object`
      : `node '${node}' cannot read all nodes, only its own Node object`,
  );
}

function deny(why: string, object = ""): Denial {
  return { allowed: false, reason: object ? `${why} (${object})` : why };
}

function claimOf({ spec }: KubeObject): string {
  const { namespace, name } = (spec as { claimRef?: Record<string, string> } | undefined)?.claimRef ?? {};
  return name ? `${namespace}/${name}` : "";
}
