import type { CriClient } from "../kube/cri/client.ts";
import { wholeValue } from "../kube/quantity.ts";
import type { PodListing } from "./cri/pod-runtime.ts";
import { evictOversized } from "./eviction/evict-oversized.ts";
import { ImageGc } from "./images/image-gc.ts";
import type { KubeletParts } from "./kubelet-parts.ts";
import type { Log } from "./log.ts";
import type { ApiLink } from "./node/api-link.ts";
import { readDisk } from "./node/machine.ts";
import type { PressureMonitor } from "./node/pressure-monitor.ts";
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
  readonly imageRoot: string;
  readonly pressure: PressureMonitor;
  listing(): ReadonlyMap<string, PodListing>;
  readonly link: Pick<ApiLink, "tellNode"> | undefined;
};

const housekeepingMs = 2000;
const imageGcMs = 5 * 60_000;
/** How often thresholds and limits of local storage are compared with what is there (upstream's monitoring interval). */
const evictionMs = 10_000;

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
    { name: "eviction", everyMs: evictionMs, run: () => relieve(context, images) },
    { name: "image garbage collection", everyMs: imageGcMs, run: () => images.run() },
  ];
}

/** Ends pods that took more disk than they may, and makes room when the disk is short. */
async function relieve(context: PeriodicsContext, images: ImageGc): Promise<void> {
  const { parts, settings, pressure, link, log } = context;
  await evictOversized({ ...context, ...parts, ...directories(settings) });
  const wasShort = pressure.current.disk;
  if (!pressure.check().disk) return;
  if (!wasShort) {
    log.info("Eviction manager: attempting to reclaim", { resourceName: "ephemeral-storage" });
    const message = "Attempting to reclaim ephemeral-storage";
    link?.tellNode({ type: "Warning", reason: "EvictionThresholdMet", message });
  }
  await images.removeUnused();
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

function imageGc({ cri, settings, imageRoot, link, log, now }: PeriodicsContext): ImageGc {
  const { config } = settings;
  return new ImageGc({
    cri,
    highThresholdPercent: config.imageGCHighThresholdPercent,
    lowThresholdPercent: config.imageGCLowThresholdPercent,
    minimumAgeMs: config.imageMinimumGCAgeMs,
    maximumAgeMs: config.imageMaximumGCAgeMs,
    log,
    now,
    disk: () => readDisk(imageRoot),
    tellNode: (event) => link?.tellNode(event),
  });
}
