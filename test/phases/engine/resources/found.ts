import type { OpResult } from "../../../../src/hosts/op.ts";

/** Results of operations as a host would give them. */
export const found = {
  absent: { kind: "read", state: { kind: "absent" } } as OpResult,
  file: (text: string, { mode = 0o644, owner = "root:root" } = {}): OpResult => ({
    kind: "read",
    state: { kind: "file", mode, owner, size: text.length, content: Buffer.from(text) },
  }),
  ran: (stdout = ""): OpResult => ({ kind: "ran", exitCode: 0, stdout, stderr: "", durationMs: 1 }),
  failed: (exitCode = 1): OpResult => ({ kind: "failed", tried: "x", got: "y", exitCode }),
};

export const nothingChanging = { changing: new Set<string>() };
