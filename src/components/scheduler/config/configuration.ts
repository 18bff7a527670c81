import { parseDuration } from "../../../base/duration.ts";
import { SlipwayError } from "../../../base/errors.ts";
import { parseYaml } from "../../../base/yaml.ts";
import type { Profile } from "../framework/profile.ts";
import type { Options } from "../options.ts";
import { defaultPlugins } from "../plugins/plugins.ts";
import { profileOf, type RawProfile } from "./profile.ts";

/** What a KubeSchedulerConfiguration says, completed with the defaults. */
export type Configuration = {
  readonly profiles: readonly Profile[];
  readonly kubeconfig: string | undefined;
  readonly backoff: { readonly initialBackoffMs: number; readonly maxBackoffMs: number };
  readonly leaderElection: {
    readonly leaderElect?: boolean;
    readonly leaseDuration?: string;
    readonly renewDeadline?: string;
    readonly retryPeriod?: string;
  };
};

type RawConfiguration = {
  apiVersion?: string;
  kind?: string;
  clientConnection?: { kubeconfig?: string };
  leaderElection?: Configuration["leaderElection"];
  percentageOfNodesToScore?: number;
  podInitialBackoffSeconds?: number;
  podMaxBackoffSeconds?: number;
  extenders?: unknown[];
  profiles?: RawProfile[];
};

/** Reads kubescheduler.config.k8s.io/v1; an empty text is the default. Throws SCHEDULER_CONFIG_INVALID. */
export function parseConfiguration(text: string): Configuration {
  const raw = (text.trim() === "" ? {} : parseYaml(text)) as RawConfiguration;
  const isOurs = raw.apiVersion === "kubescheduler.config.k8s.io/v1" && raw.kind === "KubeSchedulerConfiguration";
  if (text.trim() !== "" && !isOurs)
    throw invalid(`it is ${raw.apiVersion} ${raw.kind}, not kubescheduler.config.k8s.io/v1 KubeSchedulerConfiguration`);
  if (raw.extenders?.length) throw invalid("extenders are not supported");
  const profiles = (raw.profiles ?? [{}]).map((profile) =>
    profileOf(profile, defaultPlugins, raw.percentageOfNodesToScore ?? 0),
  );
  const names = profiles.map(({ schedulerName }) => schedulerName);
  if (new Set(names).size < names.length) throw invalid("two profiles have the same schedulerName");
  return {
    profiles,
    kubeconfig: raw.clientConnection?.kubeconfig,
    backoff: backoffOf(raw),
    leaderElection: raw.leaderElection ?? {},
  };
}

function backoffOf({ podInitialBackoffSeconds = 1, podMaxBackoffSeconds = 10 }: RawConfiguration) {
  if (podInitialBackoffSeconds <= 0) throw invalid("podInitialBackoffSeconds must be greater than 0");
  if (podMaxBackoffSeconds < podInitialBackoffSeconds)
    throw invalid("podMaxBackoffSeconds must be no less than podInitialBackoffSeconds");
  return { initialBackoffMs: podInitialBackoffSeconds * 1000, maxBackoffMs: podMaxBackoffSeconds * 1000 };
}

/** The flags with what the configuration file says in their place; where both speak, the file wins, as upstream. */
export function configuredFlags(options: Options, { kubeconfig, leaderElection }: Configuration): Options {
  const duration = (text: string | undefined, given: number) =>
    text === undefined ? given : (parseDuration(text) ?? given);
  return {
    ...options,
    kubeconfig: kubeconfig ?? options.kubeconfig,
    "leader-elect": leaderElection.leaderElect ?? options["leader-elect"],
    "leader-elect-lease-duration": duration(leaderElection.leaseDuration, options["leader-elect-lease-duration"]),
    "leader-elect-renew-deadline": duration(leaderElection.renewDeadline, options["leader-elect-renew-deadline"]),
    "leader-elect-retry-period": duration(leaderElection.retryPeriod, options["leader-elect-retry-period"]),
  };
}

export function invalid(message: string): SlipwayError {
  return new SlipwayError({
    code: "SCHEDULER_CONFIG_INVALID",
    exit: "configuration",
    message: `the scheduler's configuration can't be used: ${message}`,
  });
}
