import { messageOf } from "../base/errors.ts";
import { Semaphore } from "../base/semaphore.ts";
import type { Facts } from "../hosts/facts.ts";
import type { HostSource } from "../phases/engine/run/workflow-run.ts";

export type HostFacts =
  | { readonly kind: "ok"; readonly host: string; readonly facts: Facts }
  | { readonly kind: "failed"; readonly host: string; readonly error: unknown; readonly message: string };

/** The facts of all hosts, at most `parallel` at once; a host that fails does not hide the others. */
export function gatherFacts(sources: readonly HostSource[], parallel: number): Promise<HostFacts[]> {
  const gate = new Semaphore(parallel);
  const gather = async ({ name, connect }: HostSource): Promise<HostFacts> => {
    try {
      return { kind: "ok", host: name, facts: await (await connect()).facts() };
    } catch (error) {
      return { kind: "failed", host: name, error, message: messageOf(error) };
    }
  };
  return Promise.all(sources.map((source) => gate.run(() => gather(source))));
}
