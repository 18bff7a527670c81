import { type Handler, type Plugin, reply } from "../message.ts";
import { cache } from "../plugins/cache.ts";
import { forward } from "../plugins/forward/forward.ts";
import { hosts } from "../plugins/hosts.ts";
import { kubernetes } from "../plugins/kubernetes.ts";
import { loadbalance } from "../plugins/loadbalance.ts";
import { loop } from "../plugins/loop.ts";
import type { ServiceIndex } from "../zone/service-index.ts";
import { cacheOptions } from "./cache-options.ts";
import type { Directive, ServerBlock } from "./corefile.ts";
import { CorefileError } from "./corefile.ts";
import { forwardOptions } from "./forward-options.ts";
import { hostsOptions } from "./hosts-options.ts";
import { kubernetesOptions } from "./kubernetes-options.ts";

/** What plugins need from outside. */
export type Parts = {
  readonly index: () => ServiceIndex | undefined;
  readonly readFile: (path: string) => string;
  readonly now: () => number;
  readonly random: () => number;
  readonly onError: (message: string) => void;
  readonly countCache: (result: "hit" | "miss") => void;
  /** The name that loop asks for; onLoop ends the program. */
  readonly loopName: string;
  readonly onLoop: () => void;
};

/** A server block ready to answer; `close` frees its sockets when another takes its place. */
export type Chain = { readonly handler: Handler; readonly close: () => void };

/** Plugins that answer, in the order in which CoreDNS runs them, whatever the order in the Corefile. */
const answering = ["loadbalance", "cache", "hosts", "kubernetes", "loop", "forward"] as const;
/** Plugins that are served beside the answers. */
const beside = ["errors", "health", "ready", "prometheus", "reload", "log"];

/** One handler out of a server block; throws CorefileError for plugins that are not served here. */
export function chainOf(block: ServerBlock, parts: Parts): Chain {
  const unknown = block.plugins.find(
    ({ name }) => !beside.includes(name) && !(answering as readonly string[]).includes(name),
  );
  if (unknown)
    throw new CorefileError(
      `line ${unknown.line}: plugin ${unknown.name} is not served; known are ${[...answering, ...beside].sort().join(", ")}`,
    );
  const closing: (() => void)[] = [];
  const last: Handler = () => reply("REFUSED");
  const handler = answering
    .flatMap((name) => block.plugins.filter((one) => one.name === name))
    .map((directive) => pluginOf(directive, parts, closing))
    .reduceRight<Handler>((next, plugin) => plugin(next), last);
  return {
    handler,
    close: () => {
      for (const close of closing) close();
    },
  };
}

function pluginOf(directive: Directive, parts: Parts, closing: (() => void)[]): Plugin {
  switch (directive.name as (typeof answering)[number]) {
    case "loadbalance":
      return loadbalance();
    case "cache":
      return cache({ ...cacheOptions(directive), now: parts.now }, parts.countCache);
    case "hosts":
      return hosts({ ...hostsOptions(directive), readFile: parts.readFile, now: parts.now });
    case "kubernetes":
      return kubernetes(parts.index, kubernetesOptions(directive));
    case "loop":
      return loop(parts.loopName, parts.onLoop);
    case "forward": {
      const options = forwardOptions(directive, parts);
      closing.push(...options.upstreams.map((upstream) => () => upstream.close()));
      return forward(options);
    }
  }
}
