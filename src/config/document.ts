import { messageOf } from "../base/errors.ts";
import { parseYamlDocuments } from "../base/yaml.ts";
import type { Issue, Parsed } from "./issue.ts";
import { isRecord } from "./shape/shape.ts";

/** One document of a configuration file, its kind known and its fields not yet looked at. */
export type Document = {
  readonly apiVersion: string;
  readonly group: string;
  readonly kind: string;
  /** The fields besides apiVersion and kind. */
  readonly body: Readonly<Record<string, unknown>>;
};

/** Splits a multi-document YAML or JSON text; each document needs apiVersion and kind, and no kind may appear twice. */
export function readDocuments(text: string): Parsed<readonly Document[]> {
  let values: unknown[];
  try {
    values = parseYamlDocuments(text);
  } catch (thrown) {
    return { kind: "invalid", issues: [{ path: "", code: "UNREADABLE", message: messageOf(thrown) }] };
  }
  const issues: Issue[] = [];
  const documents = values.flatMap((value, index) => documentOf(value, index, issues));
  const repeated = documents.filter((one, index) => documents.findIndex((other) => sameKind(one, other)) < index);
  for (const { apiVersion, kind } of repeated) {
    issues.push({ path: "", code: "WRONG_KIND", message: `${apiVersion} ${kind} appears more than once` });
  }
  return issues.length > 0 ? { kind: "invalid", issues } : { kind: "ok", value: documents, warnings: [] };
}

function documentOf(value: unknown, index: number, issues: Issue[]): Document[] {
  if (isRecord(value)) {
    const { apiVersion, kind, ...body } = value;
    if (typeof apiVersion === "string" && typeof kind === "string" && apiVersion && kind) {
      return [{ apiVersion, group: apiVersion.split("/")[0] ?? "", kind, body }];
    }
  }
  issues.push({ path: "", code: "WRONG_KIND", message: `document ${index + 1} has no apiVersion and kind` });
  return [];
}

function sameKind(one: Document, other: Document): boolean {
  return one.group === other.group && one.kind === other.kind;
}
