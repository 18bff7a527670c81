import { parseDuration } from "../../../base/duration.ts";
import type { CacheOptions, KindOptions } from "../plugins/cache.ts";
import { CorefileError, type Directive, zoneName } from "./corefile.ts";
import { hasOption, refuseUnknown, wholeNumber } from "./directive.ts";

const defaultCapacity = 9_984;
const defaultStaleMs = 3_600_000;

/** `cache [TTL] [ZONES...] { success | denial CAPACITY [TTL] [MINTTL]; prefetch; serve_stale; disable; keepttl }`. */
export function cacheOptions(directive: Directive): Omit<CacheOptions, "now"> {
  refuseUnknown(directive, ["success", "denial", "prefetch", "serve_stale", "disable", "keepttl"]);
  const ttl = /^\d+$/.test(directive.args[0] ?? "") ? Number(directive.args[0]) : undefined;
  const zones = directive.args.slice(ttl === undefined ? 0 : 1).map(zoneName);
  return {
    zones: zones.length > 0 ? zones : [""],
    success: kindOptions(directive, "success", ttl ?? 3_600),
    denial: kindOptions(directive, "denial", Math.min(ttl ?? 1_800, 1_800)),
    ...prefetchOf(directive),
    ...staleOf(directive),
    keepTtl: hasOption(directive, "keepttl"),
  };
}

function kindOptions(directive: Directive, kind: "success" | "denial", maxTtl: number): KindOptions {
  const [capacity, ttl, minTtl] = directive.block.find(({ name }) => name === kind)?.args ?? [];
  const disabled = directive.block
    .filter(({ name, args: [first] }) => name === "disable" && first === kind)
    .flatMap(({ args }) => (args.length > 1 ? args.slice(1).map(zoneName) : [""]));
  return {
    capacity: capacity ? wholeNumber(capacity, directive) : defaultCapacity,
    maxTtl: ttl ? wholeNumber(ttl, directive) : maxTtl,
    minTtl: minTtl ? wholeNumber(minTtl, directive) : 0,
    disabled,
  };
}

function prefetchOf(directive: Directive): Pick<CacheOptions, "prefetch"> {
  const option = directive.block.find(({ name }) => name === "prefetch");
  if (!option) return {};
  const [amount = "0", duration = "1m", percentage = "10%"] = option.args;
  const withinMs = parseDuration(duration);
  if (withinMs === undefined || !/^\d+%$/.test(percentage))
    throw new CorefileError(`line ${option.line}: prefetch takes AMOUNT [DURATION [PERCENTAGE%]]`);
  return { prefetch: { amount: wholeNumber(amount, option), withinMs, percentage: Number.parseInt(percentage, 10) } };
}

function staleOf(directive: Directive): Pick<CacheOptions, "stale"> {
  const option = directive.block.find(({ name }) => name === "serve_stale");
  if (!option) return {};
  const [duration, mode = "immediate"] = option.args;
  const forMs = duration === undefined ? defaultStaleMs : parseDuration(duration);
  if (forMs === undefined || (mode !== "immediate" && mode !== "verify"))
    throw new CorefileError(`line ${option.line}: serve_stale takes [DURATION [immediate|verify]]`);
  return { stale: { forMs, mode } };
}
