import { methodNotAllowed, noSuchPath, notFound } from "../http/api-error.ts";
import type { Reply } from "../http/exchange.ts";
import type { Endpoint } from "../http/router.ts";
import type { RegistryContext } from "./context.ts";
import { serveObjects } from "./handlers.ts";
import { subjectOf, type Target } from "./target.ts";

/** Serves what generic code can't: a review, a subresource of its own. */
export type SpecialHandler = (context: RegistryContext, target: Target) => Promise<Reply>;
/** By "group/resource" or "group/resource/subresource"; core resources without a group. */
export type SpecialHandlers = Readonly<Record<string, SpecialHandler>>;

/** Every request for a resource: finds its type, and who serves it. */
export function resourceEndpoint(context: RegistryContext, special: SpecialHandlers): Endpoint {
  return (exchange) => {
    const { info } = exchange;
    if (info.kind !== "resource") throw noSuchPath();
    const type = context.catalog.find(info.group, info.version, info.resource);
    if (!type) throw noSuchPath();
    if (type.namespaced !== (info.namespace !== "") && needsNamespace(info.verb) && info.resource !== "namespaces") {
      throw noSuchPath();
    }
    if (type.deprecation) exchange.warnings.push(type.deprecation);
    return serve(context, { exchange, info, type }, special);
  };
}

function serve(context: RegistryContext, target: Target, special: SpecialHandlers): Promise<Reply> {
  const { info, type } = target;
  const key = [
    ...(type.group ? [type.group] : []),
    type.resource,
    ...(info.subresource ? [info.subresource] : []),
  ].join("/");
  const handler = type.custom && info.subresource !== "scale" ? undefined : special[key];
  if (info.subresource) {
    const subresource = type.subresources.find((one) => one.name === info.subresource);
    if (!subresource) throw notFound(subjectOf(target));
    if (!subresource.verbs.includes(info.verb)) throw methodNotAllowed(subjectOf(target), info.verb);
    return (handler ?? special[`*/${info.subresource}`] ?? serveObjects)(context, target);
  }
  if (!type.verbs.includes(info.verb)) throw methodNotAllowed(subjectOf(target), info.verb);
  return (handler ?? serveObjects)(context, target);
}

/** Lists and watches of a namespaced resource may span all namespaces. */
function needsNamespace(verb: string): boolean {
  return !["list", "watch", "deletecollection"].includes(verb);
}
