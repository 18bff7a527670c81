import { isDeepStrictEqual } from "node:util";
import { SlipwayError } from "../../../base/errors.ts";
import type { Plugin } from "../framework/plugin.ts";
import type { Profile } from "../framework/profile.ts";
import { nodeResourcesFit, type ResourceWeights } from "../plugins/node-resources-fit.ts";

type PluginSet = { enabled?: { name: string; weight?: number }[]; disabled?: { name: string }[] };
export type RawProfile = {
  schedulerName?: string;
  percentageOfNodesToScore?: number;
  plugins?: { multiPoint?: PluginSet; filter?: PluginSet; score?: PluginSet; postFilter?: PluginSet };
  pluginConfig?: { name: string; args?: Record<string, unknown> }[];
};
type Weighted = { readonly plugin: Plugin; readonly weight: number };

/** A profile of the configuration file: the defaults, less what it disables, with its own weights and arguments. */
export function profileOf(raw: RawProfile, defaults: readonly Weighted[], percentage: number): Profile {
  const known = configured(defaults, raw.pluginConfig ?? []);
  const { multiPoint, filter, score, postFilter } = raw.plugins ?? {};
  const base = select(known, multiPoint);
  const isPreempting = ![postFilter, multiPoint].some((set) => disables(set, "DefaultPreemption"));
  return {
    schedulerName: raw.schedulerName ?? "default-scheduler",
    filters: select(base, filter, known)
      .map(({ plugin }) => plugin)
      .filter((plugin) => plugin.filter),
    scores: select(base, score, known).filter(({ plugin, weight }) => plugin.score && weight > 0),
    preempts: isPreempting,
    percentageOfNodesToScore: raw.percentageOfNodesToScore ?? percentage,
  };
}

function select(
  plugins: readonly Weighted[],
  set: PluginSet | undefined,
  known: readonly Weighted[] = plugins,
): Weighted[] {
  const kept = plugins.filter(({ plugin }) => !disables(set, plugin.name));
  const enabled = (set?.enabled ?? []).filter(({ name }) => !implied.includes(name));
  const chosen = enabled.map(({ name, weight }) => {
    const found = known.find(({ plugin }) => plugin.name === name);
    if (!found) throw unknown(name);
    return { plugin: found.plugin, weight: weight ?? (found.weight || 1) };
  });
  const renamed = new Map(chosen.map((one) => [one.plugin.name, one]));
  const merged = kept.map((one) => renamed.get(one.plugin.name) ?? one);
  return [...merged, ...chosen.filter((one) => !kept.some(({ plugin }) => plugin.name === one.plugin.name))];
}

/** Upstream's plugins for other points of a cycle, which this scheduler always does. */
const implied = ["DefaultPreemption", "DefaultBinder", "PrioritySort", "SchedulingGates"];

function disables(set: PluginSet | undefined, name: string): boolean {
  return (set?.disabled ?? []).some((one) => one.name === name || one.name === "*");
}

function configured(
  defaults: readonly Weighted[],
  configs: readonly { name: string; args?: Record<string, unknown> }[],
): Weighted[] {
  const unheeded = configs.find(({ name, args = {} }) => !heededArgs(name, args));
  if (unheeded) throw unknown(`pluginConfig of ${unheeded.name}`);
  const fit = configs.find(({ name }) => name === "NodeResourcesFit")?.args?.scoringStrategy as
    | { type?: string; resources?: ResourceWeights }
    | undefined;
  if (!fit) return [...defaults];
  if (fit.type !== "LeastAllocated" && fit.type !== "MostAllocated")
    throw unknown(`NodeResourcesFit scoringStrategy ${fit.type}`);
  const resources = fit.resources ?? [
    { name: "cpu", weight: 1 },
    { name: "memory", weight: 1 },
  ];
  const own = nodeResourcesFit({ type: fit.type, resources });
  return defaults.map((one) => (one.plugin.name === own.name ? { ...one, plugin: own } : one));
}

/** A file may spell out what is the default, as upstream's own printouts do; what would change anything must be followed. */
function heededArgs(name: string, { apiVersion: _, kind: __, ...args }: Record<string, unknown>): boolean {
  const known = plainArgs[name] ?? {};
  return Object.entries(args).every(([field, value]) =>
    name === "NodeResourcesFit" && field === "scoringStrategy" ? true : isDeepStrictEqual(value, known[field]),
  );
}

/** Upstream's defaults of the arguments that can't be changed here (apis/config/v1/defaults.go). */
const plainArgs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  DefaultPreemption: { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 100 },
  InterPodAffinity: { hardPodAffinityWeight: 1 },
  NodeResourcesBalancedAllocation: {
    resources: [
      { name: "cpu", weight: 1 },
      { name: "memory", weight: 1 },
    ],
  },
  PodTopologySpread: { defaultingType: "System" },
  VolumeBinding: { bindTimeoutSeconds: 600 },
};

function unknown(what: string): SlipwayError {
  return new SlipwayError({
    code: "SCHEDULER_CONFIG_INVALID",
    exit: "configuration",
    message: `the scheduler has no plugin or setting "${what}"`,
  });
}
