import { isIP } from "node:net";
import type { Address } from "../plugins/forward/exchange.ts";
import type { ForwardOptions } from "../plugins/forward/forward.ts";
import { nameServers } from "../plugins/forward/resolv-conf.ts";
import { Upstream } from "../plugins/forward/upstream.ts";
import { CorefileError, type Directive, zoneName } from "./corefile.ts";
import { argOf, durationOf, hasOption, numberOf, refuseUnknown } from "./directive.ts";

const served = [
  "except",
  "force_tcp",
  "prefer_udp",
  "expire",
  "max_fails",
  "policy",
  "health_check",
  "max_concurrent",
  "failfast_all_unhealthy_upstreams",
];
const policies = ["random", "round_robin", "sequential"] as const;

type Parts = {
  readonly readFile: (path: string) => string;
  readonly random: () => number;
  readonly now: () => number;
  readonly onError: (message: string) => void;
};

/** `forward FROM TO... { … }`; TO is an address with an optional port, or a resolver file. */
export function forwardOptions(directive: Directive, parts: Parts): ForwardOptions {
  refuseUnknown(directive, served);
  const [from = ".", ...to] = directive.args;
  if (to.length === 0) throw new CorefileError(`line ${directive.line}: forward wants a zone and where to`);
  const policy = policies.find((one) => one === (argOf(directive, "policy") ?? "random"));
  if (!policy) throw new CorefileError(`line ${directive.line}: policy is one of ${policies.join(", ")}`);
  const upstreamOptions = {
    expireMs: durationOf(directive, "expire", 10_000),
    maxFails: numberOf(directive, "max_fails", 2),
    probeEveryMs: durationOf(directive, "health_check", 500),
    random: parts.random,
    now: parts.now,
  };
  return {
    zone: zoneName(from),
    except: directive.block.filter(({ name }) => name === "except").flatMap(({ args }) => args.map(zoneName)),
    upstreams: to
      .flatMap((text) => addressesOf(text, directive, parts))
      .map((address) => new Upstream(address, upstreamOptions)),
    policy,
    protocol: hasOption(directive, "force_tcp") ? "tcp" : hasOption(directive, "prefer_udp") ? "udp" : "as asked",
    maxConcurrent: numberOf(directive, "max_concurrent", 0),
    failFast: hasOption(directive, "failfast_all_unhealthy_upstreams"),
    random: parts.random,
    now: parts.now,
    onError: parts.onError,
  };
}

function addressesOf(to: string, { line }: Directive, { readFile }: Parts): readonly Address[] {
  if (to.startsWith("/")) return nameServers(readFile(to));
  const plain = to.replace(/^dns:\/\//, "");
  if (isIP(plain)) return [{ address: plain, port: 53 }];
  const [, bracketed, bare, port = "53"] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(plain) ?? [];
  const address = bracketed ?? bare ?? "";
  if (!isIP(address)) throw new CorefileError(`line ${line}: ${to} is neither an address nor a resolver file`);
  return [{ address, port: Number(port) }];
}
