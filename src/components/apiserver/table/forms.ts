import type { KubeObject } from "../../../kube/object.ts";
import type { Exchange, Reply } from "../http/exchange.ts";
import { header } from "../http/exchange.ts";
import { fromStorage } from "../registry/convert.ts";
import type { Target } from "../registry/target.ts";
import type { Entry } from "../storage/entry.ts";
import { type TableOptions, tableOf } from "./table.ts";

/** In which form a client wants objects: as they are, as a table of columns, or their metadata alone. */
export type Form =
  | { readonly kind: "object" }
  | ({ readonly kind: "table" } & TableOptions)
  | { readonly kind: "metadata" };

/** Reads `Accept: application/json;as=Table;v=v1;g=meta.k8s.io, application/json`: the first that we offer wins. */
export function formOf({ request, query }: Exchange): Form {
  for (const part of header(request, "accept").split(",")) {
    const [mediaType = "", ...parameters] = part
      .trim()
      .split(";")
      .map((one) => one.trim());
    if (!/^application\/(json|yaml)$|^\*\/\*$/.test(mediaType)) continue;
    const as = parameters.find((one) => one.startsWith("as="))?.slice(3);
    if (as === undefined) return { kind: "object" };
    if (parameters.includes("g=meta.k8s.io") && parameters.includes("v=v1")) {
      if (as === "Table") return { kind: "table", includeObject: query.get("includeObject") ?? "Metadata" };
      if (as.startsWith("PartialObjectMetadata")) return { kind: "metadata" };
    }
  }
  return { kind: "object" };
}

type Entries = {
  readonly target: Target;
  readonly entries: readonly Entry[];
  readonly single: boolean;
  readonly revision: number;
  readonly continueToken?: string;
  readonly remaining?: number;
};

/** Entries in a form other than the objects themselves; undefined for that one. */
export function renderEntries(form: Form, { target, entries, single, ...page }: Entries): Reply | undefined {
  if (form.kind === "object") return undefined;
  const objects = entries.map(({ body }) => fromStorage(JSON.parse(body.toString()) as KubeObject, target.type));
  const metadata = {
    resourceVersion: String(page.revision),
    ...(page.continueToken && { continue: page.continueToken }),
    ...(page.remaining !== undefined && { remainingItemCount: page.remaining }),
  };
  if (form.kind === "table") return reply(200, { ...tableOf(target.type, objects, form), metadata });
  if (single) return reply(200, partial(objects[0] as KubeObject));
  const items = objects.map(partial);
  return reply(200, { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata, items });
}

type Written = { readonly target: Target; readonly body: Buffer; readonly status: number };

export function renderObject(form: Form, { target, body, status }: Written): Reply | undefined {
  if (form.kind === "object") return undefined;
  const object = fromStorage(JSON.parse(body.toString()) as KubeObject, target.type);
  if (form.kind === "metadata") return reply(status, partial(object));
  const { resourceVersion = "" } = object.metadata;
  return reply(status, { ...tableOf(target.type, [object], form), metadata: { resourceVersion } });
}

/** How a watch shows each object. */
export function watchRenderer(form: Form, { type }: Target): { render?: (entry: Entry) => string } {
  if (form.kind === "object") return {};
  return {
    render: ({ body }) => {
      const object = fromStorage(JSON.parse(body.toString()) as KubeObject, type);
      if (form.kind === "metadata") return JSON.stringify(partial(object));
      const { resourceVersion = "" } = object.metadata;
      return JSON.stringify({ ...tableOf(type, [object], form), metadata: { resourceVersion } });
    },
  };
}

function partial({ metadata }: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

function reply(status: number, object: object): Reply {
  return { kind: "object", status, object };
}
