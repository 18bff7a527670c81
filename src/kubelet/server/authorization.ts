import type { KubeClient } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import type { User } from "../../kube/serving/delegated-auth.ts";

/** What a request to the kubelet is, in the API's words: a verb on a subresource of this node. */
export type NodeAccess = { readonly verb: string; readonly subresources: readonly string[] };

const verbs: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "get",
  POST: "create",
  PUT: "update",
  DELETE: "delete",
};

/** The subresources that allow a path, finest first (server/auth.go, KEP-2862). */
export function nodeAccess(method: string, path: string): NodeAccess {
  const verb = verbs[method] ?? method.toLowerCase();
  return { verb, subresources: subresourcesOf(path) };
}

function subresourcesOf(path: string): readonly string[] {
  const under = (prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
  if (under("/stats")) return ["stats"];
  if (under("/metrics")) return ["metrics"];
  if (under("/logs")) return ["log"];
  if (under("/healthz")) return ["healthz", "proxy"];
  if (under("/configz")) return ["configz", "proxy"];
  if (under("/pods") || under("/runningpods")) return ["pods", "proxy"];
  return ["proxy"];
}

type SubjectAccessReview = KubeObject & { spec: Record<string, unknown>; status?: { allowed?: boolean } };

export type AuthorizerOptions = {
  readonly nodeName: string;
  readonly allowedTTLMs: number;
  readonly deniedTTLMs: number;
  readonly now: () => number;
  client(): Promise<KubeClient>;
};

const remembered = 1024;

/** Asks the API server what users may do with this node, and remembers the answers. */
export class NodeAuthorizer {
  readonly #options: AuthorizerOptions;
  readonly #verdicts = new Map<string, { allowed: boolean; untilMs: number }>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  async allows(user: User, { verb, subresources }: NodeAccess): Promise<boolean> {
    for (const subresource of subresources) if (await this.#review(user, verb, subresource)) return true;
    return false;
  }

  async #review(user: User, verb: string, subresource: string): Promise<boolean> {
    const { now, allowedTTLMs, deniedTTLMs } = this.#options;
    const key = JSON.stringify([user, verb, subresource]);
    const known = this.#verdicts.get(key);
    if (known && now() < known.untilMs) return known.allowed;
    const allowed = await this.#ask(user, verb, subresource);
    this.#verdicts.set(key, { allowed, untilMs: now() + (allowed ? allowedTTLMs : deniedTTLMs) });
    const [oldest] = this.#verdicts.keys();
    if (this.#verdicts.size > remembered && oldest !== undefined) this.#verdicts.delete(oldest);
    return allowed;
  }

  async #ask(user: User, verb: string, subresource: string): Promise<boolean> {
    const client = await this.#options.client();
    const resourceAttributes = { verb, version: "v1", resource: "nodes", subresource, name: this.#options.nodeName };
    const { status } = await client.create<SubjectAccessReview>(resources.subjectaccessreviews, {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      metadata: {},
      spec: { user: user.name, groups: user.groups, resourceAttributes },
    });
    return status?.allowed === true;
  }
}
