import type { CriClient } from "../kube/cri/client.ts";
import { wholeValue } from "../kube/quantity.ts";
import type { PodListing } from "./cri/pod-runtime.ts";
import { ImageGc } from "./images/image-gc.ts";
import type { KubeletParts } from "./kubelet-parts.ts";
import type { Log } from "./log.ts";
import { readDisk } from "./node/machine.ts";
import type { Periodic } from "./periodic.ts";
import { rotateLog } from "./pods/containers/log-rotation.ts";
import { cleanUpOrphans } from "./pods/housekeeping.ts";
import type { PodSources } from "./pods/sources/pod-sources.ts";
import type { KubeletSettings } from "./settings.ts";
import { kubeletPaths } from "./volumes/paths.ts";

export type PeriodicsContext = {
  readonly cri: CriClient;
  readonly settings: KubeletSettings;
  readonly parts: KubeletParts;
  readonly sources: PodSources;
  readonly containerLogsDir: string;
  readonly log: Log;
  readonly now: () => number;
  listing(): ReadonlyMap<string, PodListing>;
};

const housekeepingMs = 2000;
const imageGcMs = 5 * 60_000;

/** What the kubelet does from time to time: cleaning up, rotating logs, collecting images. */
export function kubeletPeriodics(context: PeriodicsContext): readonly Periodic[] {
  const { parts, sources, settings } = context;
  const images = imageGc(context);
  return [
    {
      name: "housekeeping",
      everyMs: housekeepingMs,
      run: async () => {
        if (sources.ready()) await cleanUpOrphans({ ...context, ...parts, ...directories(settings) });
      },
    },
    { name: "container logs", everyMs: settings.config.containerLogMonitorIntervalMs, run: () => rotateLogs(context) },
    { name: "image garbage collection", everyMs: imageGcMs, run: () => images.run() },
  ];
}

function directories({ flags, config }: KubeletSettings) {
  return { paths: kubeletPaths(flags.rootDir), podLogsDir: config.podLogsDir };
}

async function rotateLogs({ cri, settings, parts, now, log }: PeriodicsContext): Promise<void> {
  const { containerLogMaxSize, containerLogMaxFiles } = settings.config;
  const options = {
    cri,
    maxBytes: wholeValue(containerLogMaxSize),
    maxFiles: containerLogMaxFiles,
    now: () => new Date(now()),
  };
  for (const { id, logPath, state } of parts.view.knownContainers()) {
    if (state !== "running" || logPath === "") continue;
    await rotateLog(logPath, id, options).catch((thrown) =>
      log.error("Failed to rotate log for container", { path: logPath, containerID: id, err: thrown }),
    );
  }
}

function imageGc({ cri, settings, log, now }: PeriodicsContext): ImageGc {
  const { config, flags } = settings;
  return new ImageGc({
    cri,
    highThresholdPercent: config.imageGCHighThresholdPercent,
    lowThresholdPercent: config.imageGCLowThresholdPercent,
    minimumAgeMs: config.imageMinimumGCAgeMs,
    maximumAgeMs: config.imageMaximumGCAgeMs,
    log,
    now,
    disk: () => readDisk(flags.rootDir),
  });
}
