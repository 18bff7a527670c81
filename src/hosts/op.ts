/** One operation on a host; `Host.batch` runs many in one round trip. */
export type Op =
  | { readonly kind: "read"; readonly path: string; readonly want: "content" | "sha256" | "stat" }
  /** Atomic: temporary file in the same directory, mode and owner set, fsync, rename. Missing parents are made 0755. */
  | {
      readonly kind: "write";
      readonly path: string;
      readonly content: string | Uint8Array;
      readonly mode: number;
      /** `user:group`; root:root unless given. */
      readonly owner?: string;
    }
  | { readonly kind: "mkdir"; readonly path: string; readonly mode: number; readonly owner?: string }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string }
  | { readonly kind: "remove"; readonly path: string; readonly recursive?: boolean }
  | {
      readonly kind: "run";
      readonly argv: readonly string[];
      readonly stdin?: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly okExitCodes?: readonly number[];
    };

/** What stands at a path. */
export type PathState =
  | { readonly kind: "absent" }
  | {
      readonly kind: "file";
      readonly mode: number;
      readonly owner: string;
      readonly size: number;
      /** Set when `want` asked for it. */
      readonly content?: Uint8Array;
      readonly sha256?: string;
    }
  | { readonly kind: "directory"; readonly mode: number; readonly owner: string }
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "other"; readonly mode: number; readonly owner: string };

export type OpResult =
  | { readonly kind: "read"; readonly state: PathState }
  | { readonly kind: "done" }
  | {
      readonly kind: "ran";
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  /** The operation failed: what was tried, and what the host said (redacted of content and stdin). */
  | {
      readonly kind: "failed";
      readonly tried: string;
      readonly got: string;
      readonly exitCode?: number;
      readonly stderr?: string;
    }
  | { readonly kind: "notRun" };
