import { YAMLException } from "js-yaml";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { parseYamlDocuments } from "../../base/yaml.ts";
import type { Document } from "../document.ts";
import type { Issue } from "../issue.ts";
import { isRecord } from "../shape/shape.ts";
import { type Position, positionOf, sourceMap } from "../source-map.ts";
import { type Cluster, clusterOf } from "./cluster.ts";
import { type ClusterDocument, clusterApiVersion, clusterKind, clusterKindName } from "./cluster-kind.ts";
import { clusterRules } from "./cluster-rules.ts";

/** A cluster file, read whole. */
export type ClusterFile = {
  /** The file's name; local paths in it are relative to its folder. */
  readonly file: string;
  readonly cluster: Cluster;
  /** The other documents, kubeadm's, the kubelet's and kube-proxy's, for their own loaders. */
  readonly documents: readonly Document[];
};

export type LocatedIssue = Issue & Position & { readonly file: string };

export type ParsedCluster =
  | { readonly kind: "ok"; readonly value: ClusterFile }
  | { readonly kind: "invalid"; readonly issues: readonly LocatedIssue[] };

export type ClusterSource = {
  /** The file's name, for messages. */
  readonly file: string;
  readonly text: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Reads a cluster file: one Cluster document, and any kubeadm documents beside it. Gives every problem at once. */
export function parseCluster({ file, text, env }: ClusterSource): ParsedCluster {
  let values: unknown[];
  try {
    values = parseYamlDocuments(text);
  } catch (thrown) {
    return { kind: "invalid", issues: [unreadable(file, thrown)] };
  }
  const found: { document: number; issue: Issue }[] = [];
  const reportIn = (document: number) => (issue: Issue) => found.push({ document, issue });
  const index = values.findIndex(isCluster);
  if (index < 0) reportIn(0)({ path: "", code: "WRONG_KIND", message: `no document of kind ${clusterKindName}` });
  const cluster = index < 0 ? undefined : clusterKind.read(values[index], { path: "", env, report: reportIn(index) });
  const documents = values.flatMap((value, at) => (at === index ? [] : besides(value, reportIn(at))));
  if (cluster && found.length === 0) clusterRules(cluster, documents, reportIn(index));
  if (cluster && found.length === 0) return { kind: "ok", value: { file, cluster: clusterOf(cluster), documents } };
  const map = sourceMap(text);
  return {
    kind: "invalid",
    issues: found
      .map(({ document, issue }) => ({ ...issue, file, ...positionOf(map, document, issue.path) }))
      .sort((one, other) => one.line - other.line || one.column - other.column),
  };
}

/** The file, or an error (code CONFIG_INVALID) with every issue as `file:line:column: path: message`. */
export function requireCluster(source: ClusterSource): ClusterFile {
  const parsed = parseCluster(source);
  if (parsed.kind === "ok") return parsed.value;
  throw new SlipwayError({
    code: "CONFIG_INVALID",
    exit: "configuration",
    message: `${source.file} is not a valid cluster file`,
    got: parsed.issues.map(locatedText).join("\n       "),
    remedy: "correct what is listed; `slipway config print cluster` shows every field",
  });
}

export function locatedText({ file, line, column, path, message }: LocatedIssue): string {
  return `${file}:${line}:${column}: ${path ? `${path}: ` : ""}${message}`;
}

/** A document that says so, or one that says nothing and has a `spec` with `hosts`. */
function isCluster(value: unknown): value is ClusterDocument {
  if (!isRecord(value)) return false;
  if (value.kind === undefined && value.apiVersion === undefined) return isRecord(value.spec);
  return value.kind === clusterKindName || value.apiVersion === clusterApiVersion;
}

function besides(value: unknown, report: (issue: Issue) => void): Document[] {
  if (isCluster(value)) {
    report({ path: "kind", code: "WRONG_KIND", message: "a second Cluster document; a file describes one cluster" });
    return [];
  }
  const { apiVersion, kind, ...body } = isRecord(value) ? value : {};
  if (typeof apiVersion === "string" && typeof kind === "string") {
    return [{ apiVersion, kind, group: apiVersion.split("/")[0] ?? "", body }];
  }
  report({ path: "", code: "WRONG_KIND", message: "a document without apiVersion and kind" });
  return [];
}

function unreadable(file: string, thrown: unknown): LocatedIssue {
  const mark = thrown instanceof YAMLException ? thrown.mark : undefined;
  const message = thrown instanceof YAMLException ? thrown.reason : messageOf(thrown);
  return { file, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1, path: "", code: "UNREADABLE", message };
}
