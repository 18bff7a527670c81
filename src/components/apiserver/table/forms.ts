import type { KubeObject } from "../../../kube/object.ts";
import { notAcceptable } from "../http/api-error.ts";
import type { Exchange, Reply } from "../http/exchange.ts";
import { header } from "../http/exchange.ts";
import { fromStorage } from "../registry/convert.ts";
import { listMetadata, type Page, separated } from "../registry/list.ts";
import type { Target } from "../registry/target.ts";
import type { Entry } from "../storage/entry.ts";
import { rowOf, type TableOptions, tableHead, tableOf } from "./table.ts";

/** In which form a client wants objects: as they are, as a table of columns, or their metadata alone. */
export type Form =
  | { readonly kind: "object" }
  | ({ readonly kind: "table" } & TableOptions)
  | { readonly kind: "metadata" };

const offered = ["application/json", "application/yaml"];

/** Reads `Accept: application/json;as=Table;v=v1;g=meta.k8s.io, application/json`: the first that we offer wins; throws 406 without any. */
export function formOf({ request, query }: Exchange): Form {
  const accept = header(request, "accept");
  if (accept.trim() === "") return { kind: "object" };
  for (const part of accept.split(",")) {
    const [mediaType = "", ...parameters] = part
      .trim()
      .split(";")
      .map((one) => one.trim());
    if (!/^application\/(json|yaml|\*)$|^\*\/\*$/.test(mediaType)) continue;
    const as = parameters.find((one) => one.startsWith("as="))?.slice(3);
    if (as === undefined) return { kind: "object" };
    if (parameters.includes("g=meta.k8s.io") && parameters.includes("v=v1")) {
      if (as === "Table") return { kind: "table", includeObject: query.get("includeObject") ?? "Metadata" };
      if (as.startsWith("PartialObjectMetadata")) return { kind: "metadata" };
    }
  }
  throw notAcceptable(offered);
}

/** A list in a form other than the objects themselves, made while it is sent; undefined for that one. */
export function renderList(form: Form, { type }: Target, { entries, ...page }: Page): Reply | undefined {
  if (form.kind === "object") return undefined;
  const metadata = listMetadata(page);
  const objects = entries.values().map(({ body }) => fromStorage(JSON.parse(body.toString()) as KubeObject, type));
  const { head, items } =
    form.kind === "table"
      ? {
          head: { ...tableHead(type), metadata },
          items: ["rows", objects.map((one) => rowOf(type, one, form))] as const,
        }
      : {
          head: { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata },
          items: ["items", objects.map(partial)] as const,
        };
  return { kind: "parts", status: 200, parts: withItems(head, items) };
}

/** The head's JSON with one list more. */
function* withItems(head: object, [field, items]: readonly [string, Iterable<object>]): Generator<Buffer> {
  yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"${field}":[`);
  yield* separated(bytesOf(items));
  yield Buffer.from("]}\n");
}

function* bytesOf(items: Iterable<object>): Generator<Buffer> {
  for (const item of items) yield Buffer.from(JSON.stringify(item));
}

type Written = { readonly target: Target; readonly body: Buffer; readonly status: number };

export function renderObject(form: Form, { target, body, status }: Written): Reply | undefined {
  if (form.kind === "object") return undefined;
  const object = fromStorage(JSON.parse(body.toString()) as KubeObject, target.type);
  if (form.kind === "metadata") return reply(status, partial(object));
  const { resourceVersion = "" } = object.metadata;
  return reply(status, { ...tableOf(target.type, object, form), metadata: { resourceVersion } });
}

/** How a watch shows each object. */
export function watchRenderer(form: Form, { type }: Target): { render?: (entry: Entry) => string } {
  if (form.kind === "object") return {};
  return {
    render: ({ body }) => {
      const object = fromStorage(JSON.parse(body.toString()) as KubeObject, type);
      if (form.kind === "metadata") return JSON.stringify(partial(object));
      const { resourceVersion = "" } = object.metadata;
      return JSON.stringify({ ...tableOf(type, object, form), metadata: { resourceVersion } });
    },
  };
}

function partial({ metadata }: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

function reply(status: number, object: object): Reply {
  return { kind: "object", status, object };
}
