import { SlipwayError } from "../../base/errors.ts";
import type { KubeClient } from "../client.ts";

/** The same client, whose writes are refused (code NOT_LEADER) at the moment when `held` says that another may lead. */
export function fencedClient(client: KubeClient, held: () => boolean): KubeClient {
  const fenced = async <T>(write: () => Promise<T>): Promise<T> => {
    if (!held()) throw notLeader();
    return write();
  };
  return {
    get: (resource, key, options) => client.get(resource, key, options),
    list: (resource, options) => client.list(resource, options),
    watch: (resource, options) => client.watch(resource, options),
    create: (resource, object, options) => fenced(() => client.create(resource, object, options)),
    update: (resource, object, options) => fenced(() => client.update(resource, object, options)),
    patch: (resource, key, patch, options) => fenced(() => client.patch(resource, key, patch, options)),
    delete: (resource, key, options) => fenced(() => client.delete(resource, key, options)),
    request: (request) => (request.method === "GET" ? client.request(request) : fenced(() => client.request(request))),
    close: () => client.close(),
  };
}

function notLeader(): SlipwayError {
  return new SlipwayError({
    code: "NOT_LEADER",
    exit: "clusterApi",
    message: "refused to write: the lease of this process has run out, another may lead",
  });
}
