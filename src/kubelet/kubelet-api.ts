import type { CriClient } from "../kube/cri/client.ts";
import type { KubeletConfiguration } from "./config/kubelet-configuration.ts";
import type { OwnFlags } from "./flags.ts";
import type { Log } from "./log.ts";
import type { NodeResources } from "./node/allocatable.ts";
import { ApiLink } from "./node/api-link.ts";
import type { Machine } from "./node/machine.ts";
import { NodeReporter } from "./node/node-reporter.ts";
import type { PressureMonitor } from "./node/pressure-monitor.ts";
import { nodeObject } from "./node/registration/node-object.ts";
import { ClientIdentity } from "./tls/client-identity.ts";

export type ApiContext = {
  readonly flags: OwnFlags;
  readonly config: KubeletConfiguration;
  readonly cri: CriClient;
  readonly nodeName: string;
  readonly certDir: string;
  readonly machine: Machine;
  readonly resources: NodeResources;
  readonly version: string;
  readonly runtimeVersion: string;
  readonly log: Log;
  readonly now: () => number;
  readonly uptimeMs: () => number;
  readonly random: () => number;
  readonly pressure: PressureMonitor;
  readonly signal: AbortSignal;
  addresses(): readonly string[];
  problems(): readonly string[];
};

/** The link to the API server, for a kubelet that was given a kubeconfig; without one it runs static pods alone. */
export function apiLink(context: ApiContext): ApiLink | undefined {
  const { flags, config, nodeName, machine, version } = context;
  if (flags.kubeconfig === "") return undefined;
  const reporter = new NodeReporter({
    ...context,
    hostname: nodeName,
    kubeletPort: config.port,
    kubeletVersion: version,
  });
  return new ApiLink({
    identity: new ClientIdentity({
      ...context,
      ...flags,
      certDir: context.certDir,
      rotateCertificates: config.rotateCertificates,
    }),
    nodeName,
    leaseDurationSeconds: config.nodeLeaseDurationSeconds,
    userAgent: `kubelet/${version} (linux/${machine.architecture}) slipway`,
    log: context.log,
    now: context.now,
    uptimeMs: context.uptimeMs,
    registrar: {
      node: nodeObject({
        nodeName,
        hostname: nodeName,
        architecture: machine.architecture,
        labels: flags.nodeLabels,
        taints: config.registerWithTaints,
      }),
      register: config.registerNode,
      updateEveryMs: config.nodeStatusUpdateFrequencyMs,
      reportEveryMs: config.nodeStatusReportFrequencyMs,
      status: (previous) => reporter.status(previous),
    },
  });
}
