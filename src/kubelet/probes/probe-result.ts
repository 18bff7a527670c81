/** What one probe found; `unknown` counts neither way. */
export type ProbeResult =
  | { readonly kind: "success"; readonly output: string }
  | { readonly kind: "failure"; readonly output: string }
  | { readonly kind: "unknown"; readonly output: string };

export const success = (output = ""): ProbeResult => ({ kind: "success", output });
export const failure = (output: string): ProbeResult => ({ kind: "failure", output });
export const unknown = (output: string): ProbeResult => ({ kind: "unknown", output });

/** Output that events carry is cut, as upstream's is. */
export const maxOutput = 10 * 1024;
