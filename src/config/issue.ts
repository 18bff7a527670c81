import { SlipwayError } from "../base/errors.ts";

/** Something in a configuration that doesn't hold. */
export type Issue = {
  /** Where: "networking.podSubnet", "bootstrapTokens[0].token"; empty for the document as a whole. */
  readonly path: string;
  readonly code:
    | "UNKNOWN_FIELD"
    | "WRONG_TYPE"
    | "INVALID_VALUE"
    | "REQUIRED"
    | "FORBIDDEN"
    | "WRONG_KIND"
    | "UNREADABLE";
  readonly message: string;
};

export type Report = (issue: Issue) => void;

/** What reading a configuration came to: a complete value with what is merely odd about it, or every problem at once. */
export type Parsed<T> =
  | { readonly kind: "ok"; readonly value: T; readonly warnings: readonly Issue[] }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] };

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
