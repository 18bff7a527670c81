import type { Document } from "../document.ts";
import type { Report } from "../issue.ts";
import type { Shape } from "../shape/shape.ts";
import { kubeadmApiVersion } from "./constants.ts";

/** The typed kind of a document, or its defaults when the file has no such document. */
export function decodeKind<T>(shape: Shape<T>, document: Document | undefined, report: Report): T {
  if (document && document.apiVersion !== kubeadmApiVersion) {
    const message = `${document.apiVersion} is not supported; write ${kubeadmApiVersion}`;
    report({ path: document.kind, code: "WRONG_KIND", message });
  }
  return shape.decode(document?.body ?? {}, "", report);
}
