import { Slots } from "./slots.ts";

export type HostOutcome<H, T> =
  | { readonly kind: "done"; readonly host: H; readonly value: T }
  | { readonly kind: "failed"; readonly host: H; readonly error: unknown };

/** So many hosts are worked on at a time unless told otherwise. */
const defaultConcurrency = 10;

/** Works on hosts in parallel and gives every outcome, in the order of `hosts`: one that fails stops no other. */
export function forEachHost<H, T>(
  hosts: readonly H[],
  work: (host: H) => Promise<T>,
  { concurrency = defaultConcurrency }: { concurrency?: number } = {},
): Promise<HostOutcome<H, T>[]> {
  const slots = new Slots(concurrency);
  return Promise.all(
    hosts.map(async (host): Promise<HostOutcome<H, T>> => {
      const leave = await slots.enter();
      try {
        return { kind: "done", host, value: await work(host) };
      } catch (error) {
        return { kind: "failed", host, error };
      } finally {
        leave();
      }
    }),
  );
}
