import { SlipwayError } from "../../base/errors.ts";

/** An error about a file of the PKI; nothing has been written when it is thrown. */
export function pkiError(code: string, { path, message, remedy }: { path: string; message: string; remedy: string }) {
  return new SlipwayError({ code, exit: "configuration", message: `${path} ${message}`, remedy });
}
