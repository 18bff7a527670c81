import type { Directive, ServerBlock } from "./corefile.ts";
import { CorefileError, zoneName } from "./corefile.ts";
import type { ZoneOptions } from "./kubernetes-zone.ts";
import { type Handler, type Plugin, reply } from "./message.ts";
import { cache } from "./plugins/cache.ts";
import { forward, type Upstream } from "./plugins/forward.ts";
import { kubernetes } from "./plugins/kubernetes.ts";
import { loadbalance } from "./plugins/loadbalance.ts";
import { nameServers } from "./resolv-conf.ts";
import type { ServiceIndex } from "./service-index.ts";

/** What plugins need from outside. */
export type Parts = {
  readonly index: () => ServiceIndex | undefined;
  readonly readFile: (path: string) => string;
  readonly now: () => number;
  readonly random: () => number;
};

/** Plugins that answer, in the order in which CoreDNS runs them, whatever the order in the Corefile. */
const answering = ["loadbalance", "cache", "kubernetes", "forward"] as const;
/** Plugins that main.ts serves beside the answers. */
const beside = ["errors", "health", "ready", "prometheus", "loop", "reload", "log"];

/** One handler out of a server block; throws CorefileError for plugins that are not served here. */
export function handlerOf(block: ServerBlock, parts: Parts): Handler {
  const unknown = block.plugins.find(
    ({ name }) => !beside.includes(name) && !(answering as readonly string[]).includes(name),
  );
  if (unknown)
    throw new CorefileError(
      `line ${unknown.line}: plugin ${unknown.name} is not served; known are ${[...answering, ...beside].sort().join(", ")}`,
    );
  const last: Handler = () => reply("REFUSED");
  return answering
    .flatMap((name) => block.plugins.filter((one) => one.name === name))
    .map((directive) => pluginOf(directive, parts))
    .reduceRight<Handler>((next, plugin) => plugin(next), last);
}

function pluginOf(directive: Directive, parts: Parts): Plugin {
  switch (directive.name as (typeof answering)[number]) {
    case "loadbalance":
      return loadbalance();
    case "cache":
      return cache(cacheOptions(directive, parts.now));
    case "kubernetes":
      return kubernetes(parts.index, zoneOptions(directive));
    case "forward":
      return forward({
        upstreams: directive.args.slice(1).flatMap((to) => upstreamsOf(to, parts)),
        maxConcurrent: Number(argOf(directive, "max_concurrent") ?? 1_000),
        timeoutMs: 2_000,
        random: parts.random,
      });
  }
}

/** kubeadm's `kubernetes cluster.local in-addr.arpa ip6.arpa { … }`. */
export function zoneOptions(directive: Directive): ZoneOptions {
  const zones = directive.args.map(zoneName);
  const domain = zones.find((zone) => !zone.endsWith(".arpa"));
  if (!domain) throw new CorefileError(`line ${directive.line}: kubernetes wants the cluster's domain`);
  const through = directive.block.find(({ name }) => name === "fallthrough");
  return {
    domain,
    reverseZones: zones.filter((zone) => zone.endsWith(".arpa")),
    ttl: Number(argOf(directive, "ttl") ?? 5),
    pods: argOf(directive, "pods") === "insecure" ? "insecure" : "disabled",
    fallthrough: through ? (through.args.length > 0 ? through.args.map(zoneName) : zones) : [],
  };
}

function cacheOptions({ args, block }: Directive, now: () => number) {
  const disabled = (what: string) =>
    block
      .filter(({ name, args: [first] }) => name === "disable" && first === what)
      .flatMap((one) => (one.args.length > 1 ? one.args.slice(1).map(zoneName) : [""]));
  return {
    maxTtlSeconds: Number(args[0] ?? 3_600),
    capacity: 9_984,
    disableSuccess: disabled("success"),
    disableDenial: disabled("denial"),
    now,
  };
}

function upstreamsOf(to: string, { readFile }: Parts): readonly Upstream[] {
  if (to.startsWith("/")) return nameServers(readFile(to));
  const [, address = to, port = "53"] = /^(?:dns:\/\/)?\[?([^\]]*?)\]?(?::(\d+))?$/.exec(to) ?? [];
  return [{ address, port: Number(port) }];
}

function argOf({ block }: Directive, name: string): string | undefined {
  return block.find((one) => one.name === name)?.args[0];
}
