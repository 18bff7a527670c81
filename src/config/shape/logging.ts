import { list, struct } from "./compound.ts";
import { anything, bool, int, string } from "./scalar.ts";
import { always } from "./shape.ts";

const routing = struct({ splitStream: bool(), infoBufferSize: always(string("0")) });

/** LoggingConfiguration of component-base, which the kubelet's and kube-proxy's kinds share. */
export const logging = struct({
  format: string(),
  /** Nanoseconds as a number, or a duration as a string. */
  flushFrequency: { ...anything(), decode: (value: unknown) => value ?? 0 },
  verbosity: always(int()),
  vmodule: list(struct({ filePattern: always(string()), verbosity: always(int()) })),
  options: struct({ text: routing, json: routing }),
});
