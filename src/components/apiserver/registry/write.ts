import { header, type Reply } from "../http/exchange.ts";
import { formOf, renderObject } from "../table/forms.ts";
import { servedBody } from "./convert.ts";
import type { Submitted } from "./decode.ts";
import { fieldValidationOf } from "./field-validation.ts";
import { isDryRun, namespaceOf, type Target } from "./target.ts";

/** What every kind of write to the object of a path has in common. */
export function writeOf(target: Target) {
  const { exchange, info } = target;
  return {
    namespace: namespaceOf(target),
    name: info.name,
    subresource: info.subresource,
    user: exchange.user,
    dryRun: isDryRun(exchange.query),
    warnings: exchange.warnings,
    fieldManager: managerOf(target),
  };
}

/** A write of what a client submitted, with its wishes about fields that can't be taken. */
export function submittedWriteOf(target: Target, { duplicates }: Submitted) {
  const fields = { validation: fieldValidationOf(target.exchange.query), duplicates };
  return { ...writeOf(target), fields };
}

/** The name under which a client owns what it writes: the parameter, or the program's name in its user agent. */
function managerOf({ exchange }: Target): string {
  const named = exchange.query.get("fieldManager");
  return named || header(exchange.request, "user-agent").split("/")[0]?.slice(0, 128) || "unknown";
}

export function written(status: number, body: Buffer, target: Target): Reply {
  return renderObject(formOf(target.exchange), { target, body, status }) ?? json(status, servedBody(body, target.type));
}

export function json(status: number, body: Buffer): Reply {
  return { kind: "json", status, body };
}
