import { isIP } from "node:net";
import type { Answer } from "dns-packet";
import { isWithin, type Plugin, type Query, reply } from "../message.ts";
import { addressOfReverseName } from "../zone/reverse-name.ts";

export type HostsOptions = {
  readonly file: string;
  /** Lines of the Corefile itself, in the file's format. */
  readonly inline: string;
  readonly zones: readonly string[];
  readonly ttl: number;
  readonly hasReverse: boolean;
  /** Zones in which a name that is not listed goes on to the next plugin. */
  readonly fallthrough: readonly string[];
  readonly readFile: (path: string) => string;
  readonly now: () => number;
};

type Table = { readonly addresses: ReadonlyMap<string, string[]>; readonly names: ReadonlyMap<string, string[]> };

const reloadMs = 5_000;

/** Answers from a table in the format of hosts(5), which is read again when it may have changed. */
export function hosts(options: HostsOptions): Plugin {
  let table = read(options);
  let readAt = options.now();
  return (next) => (query) => {
    if (!options.zones.some((zone) => isWithin(query.name, zone))) return next(query);
    if (options.now() - readAt > reloadMs) {
      table = read(options);
      readAt = options.now();
    }
    const answers = lookup(query, table, options);
    if (answers) return reply("NOERROR", { authoritative: true, answers });
    const goesOn = options.fallthrough.some((zone) => isWithin(query.name, zone));
    // unlike a zone, a file of hosts knows nothing of names that it does not list
    return goesOn ? next(query) : reply("NXDOMAIN", { authoritative: true });
  };
}

/** Undefined: the name is not listed. */
function lookup({ name, type }: Query, table: Table, { ttl, hasReverse }: HostsOptions): Answer[] | undefined {
  const address = hasReverse ? addressOfReverseName(name) : undefined;
  const names = address === undefined ? undefined : table.names.get(address);
  if (names) return type === "PTR" ? names.map((data) => ({ type: "PTR", name, ttl, data })) : [];
  const wanted = table.addresses.get(name);
  return wanted
    ?.filter((ip) => type === (ip.includes(":") ? "AAAA" : "A"))
    .map((data) => ({ type: data.includes(":") ? "AAAA" : "A", name, ttl, data }));
}

function read({ file, inline, readFile }: HostsOptions): Table {
  const addresses = new Map<string, string[]>();
  const names = new Map<string, string[]>();
  for (const line of `${readOrNothing(file, readFile)}\n${inline}`.split("\n")) {
    const [address = "", ...own] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of own.map((one) => one.toLowerCase().replace(/\.$/, ""))) {
      addresses.set(name, [...(addresses.get(name) ?? []), address]);
      names.set(address, [...(names.get(address) ?? []), name]);
    }
  }
  return { addresses, names };
}

function readOrNothing(file: string, readFile: (path: string) => string): string {
  try {
    return readFile(file);
  } catch {
    return ""; // as CoreDNS: a file may come later
  }
}
