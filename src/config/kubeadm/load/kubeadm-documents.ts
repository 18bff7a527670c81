import type { Document } from "../../document.ts";
import type { Report } from "../../issue.ts";
import { isRecord } from "../../shape/shape.ts";
import { kubeadmApiGroup, kubeadmApiVersion, oldKubeadmApiVersion } from "../constants.ts";
import { type Bodies, fromV1beta3 } from "./from-v1beta3.ts";
import { newInV1beta4 } from "./v1beta3-fields.ts";

/**
 * The bodies of a file's kubeadm documents as v1beta4, by kind. v1beta3 is converted with a warning, older versions are
 * refused; documents of other groups are left to their readers.
 */
export function kubeadmBodies(documents: readonly Document[], report: Report): Bodies {
  const ours = documents.filter(({ group }) => group === kubeadmApiGroup);
  for (const { apiVersion, kind } of ours.filter(isForeignVersion)) {
    const remedy = `write ${kubeadmApiVersion}, or convert it with an older kubeadm's \`config migrate\``;
    report({ path: kind, code: "WRONG_KIND", message: `${apiVersion} is not supported; ${remedy}` });
  }
  const old = ours.filter(({ apiVersion }) => apiVersion === oldKubeadmApiVersion);
  for (const document of old) reportOld(document, report);
  const current = ours.filter(({ apiVersion }) => apiVersion === kubeadmApiVersion);
  return { ...fromV1beta3(bodiesOf(old)), ...bodiesOf(current) };
}

/** kubeadm reads past documents that a command has no use for, with a warning. */
export function reportUnused(
  documents: readonly Document[],
  isUsed: (document: Document) => boolean,
  report: Report,
): void {
  for (const { apiVersion, kind } of documents.filter((document) => !isUsed(document))) {
    report({ path: kind, code: "UNUSED_DOCUMENT", message: `${apiVersion} ${kind} is not used by this command` });
  }
}

function isForeignVersion({ apiVersion }: Document): boolean {
  return apiVersion !== kubeadmApiVersion && apiVersion !== oldKubeadmApiVersion;
}

function reportOld({ kind, body }: Document, report: Report): void {
  const message = `${oldKubeadmApiVersion} is deprecated; \`config migrate\` rewrites it as ${kubeadmApiVersion}`;
  report({ path: kind, code: "DEPRECATED", message });
  for (const path of newInV1beta4[kind] ?? []) {
    if (hasPath(body, path.split("."))) {
      report({ path, code: "UNKNOWN_FIELD", message: `unknown field of ${oldKubeadmApiVersion}` });
    }
  }
}

function hasPath(value: unknown, [head, ...rest]: readonly string[]): boolean {
  if (head === undefined) return true;
  return isRecord(value) && head in value && hasPath(value[head], rest);
}

function bodiesOf(documents: readonly Document[]): Bodies {
  return Object.fromEntries(documents.map(({ kind, body }) => [kind, body]));
}
