import type { HostsOptions } from "../plugins/hosts.ts";
import { type Directive, zoneName } from "./corefile.ts";
import { argOf } from "./directive.ts";

const options = ["ttl", "reload", "no_reverse", "fallthrough"];

/** `hosts [FILE [ZONES...]] { ADDRESS NAME…; ttl; no_reverse; reload; fallthrough [ZONES...] }`. */
export function hostsOptions(directive: Directive): Omit<HostsOptions, "readFile" | "now"> {
  const [file, ...zones] = directive.args;
  const through = directive.block.find(({ name }) => name === "fallthrough");
  const lines = directive.block.filter(({ name }) => !options.includes(name));
  return {
    file: file ?? "/etc/hosts",
    inline: lines.map(({ name, args }) => [name, ...args].join(" ")).join("\n"),
    zones: zones.length > 0 ? zones.map(zoneName) : [""],
    ttl: Number(argOf(directive, "ttl") ?? 3_600),
    hasReverse: !directive.block.some(({ name }) => name === "no_reverse"),
    fallthrough: through ? (through.args.length > 0 ? through.args.map(zoneName) : [""]) : [],
  };
}
