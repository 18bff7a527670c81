import type { Address } from "./exchange.ts";

/** The name servers of a resolver file (resolv.conf(5)). */
export function nameServers(text: string): readonly Address[] {
  return text.split("\n").flatMap((line) => {
    const address = /^\s*nameserver\s+(\S+)/.exec(line)?.[1];
    return address ? [{ address: address.replace(/%.*$/, ""), port: 53 }] : [];
  });
}
