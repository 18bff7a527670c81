import { SlipwayError } from "../base/errors.ts";

/** The codes of what is refused; those below `isWarning` are only told. */
export type IssueCode =
  | "UNKNOWN_FIELD"
  | "WRONG_TYPE"
  | "INVALID_VALUE"
  | "REQUIRED"
  | "FORBIDDEN"
  | "WRONG_KIND"
  | "UNREADABLE"
  | "DEPRECATED"
  | "UNUSED_DOCUMENT"
  | "UNUSUAL_VALUE";

/** Something in a configuration that doesn't hold. */
export type Issue = {
  /** Where: "networking.podSubnet", "bootstrapTokens[0].token"; empty for the document as a whole. */
  readonly path: string;
  readonly code: IssueCode;
  readonly message: string;
};

export type Report = (issue: Issue) => void;

/** What reading a configuration came to: a complete value with what is merely odd about it, or every problem at once. */
export type Parsed<T> =
  | { readonly kind: "ok"; readonly value: T; readonly warnings: readonly Issue[] }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] };

/** kubeadm reads past fields that it doesn't know and documents that it has no use for; `config validate` is stricter. */
export function isWarning({ code }: Issue): boolean {
  return code === "UNKNOWN_FIELD" || isAdvice(code);
}

/** What even a strict reading only tells. */
export function isAdvice(code: IssueCode): boolean {
  return code === "DEPRECATED" || code === "UNUSED_DOCUMENT" || code === "UNUSUAL_VALUE";
}

/** Sorts what was reported into a result: with errors there is no value. */
export function judged<T>(value: T, issues: readonly Issue[], strict: boolean): Parsed<T> {
  const isTolerated = (issue: Issue) => (strict ? isAdvice(issue.code) : isWarning(issue));
  const errors = issues.filter((issue) => !isTolerated(issue));
  return errors.length > 0
    ? { kind: "invalid", issues: errors }
    : { kind: "ok", value, warnings: issues.filter(isTolerated) };
}

/** `path: message`, or the message alone for the whole document. */
export function issueText({ path, message }: Issue): string {
  return path ? `${path}: ${message}` : message;
}

/** The value, or an error (code CONFIG_INVALID) that lists every issue. `source` names the file. */
export function requireValid<T>(parsed: Parsed<T>, source: string): T {
  if (parsed.kind === "ok") return parsed.value;
  throw new SlipwayError({
    code: "CONFIG_INVALID",
    exit: "configuration",
    message: `${source} is not a valid configuration`,
    got: parsed.issues.map(issueText).join("\n       "),
    remedy: `correct ${parsed.issues.length === 1 ? "that field" : "those fields"} and run the command again`,
  });
}
