import type { Directive, ServerBlock } from "./corefile.ts";
import { durationOf } from "./directive.ts";

/** What runs beside the answers, over all server blocks. */
export type Beside = {
  readonly health?: { readonly port: number; readonly lameDuckMs: number };
  readonly ready?: { readonly port: number };
  readonly prometheus?: { readonly port: number };
  readonly reloadMs?: number;
  readonly loops: boolean;
  readonly logsErrors: boolean;
};

/** health, ready, prometheus, reload, errors and loop with CoreDNS's defaults. */
export function besideOf(blocks: readonly ServerBlock[]): Beside {
  const find = (name: string) => blocks.flatMap(({ plugins }) => plugins).find((one) => one.name === name);
  const [health, ready, prometheus, reload] = ["health", "ready", "prometheus", "reload"].map(find);
  return {
    ...(health ? { health: { port: portOf(health, 8080), lameDuckMs: durationOf(health, "lameduck", 0) } } : {}),
    ...(ready ? { ready: { port: portOf(ready, 8181) } } : {}),
    ...(prometheus ? { prometheus: { port: portOf(prometheus, 9153) } } : {}),
    ...(reload ? { reloadMs: durationOf({ ...reload, block: [{ ...reload, name: "every" }] }, "every", 30_000) } : {}),
    loops: find("loop") !== undefined,
    logsErrors: find("errors") !== undefined,
  };
}

function portOf({ args: [address] }: Directive, otherwise: number): number {
  return Number(/:(\d+)$/.exec(address ?? "")?.[1] ?? otherwise);
}
