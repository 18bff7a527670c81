import type { Toleration } from "../api/pod.ts";

export type Taint = { key: string; value?: string; effect: NonNullable<Toleration["effect"]>; timeAdded?: string };

/** kubelet.config.k8s.io/v1beta1 KubeletConfiguration, defaulted; durations in ms. What is not here is refused by name. */
export type KubeletConfiguration = {
  readonly staticPodPath: string;
  readonly syncFrequencyMs: number;
  readonly fileCheckFrequencyMs: number;
  readonly address: string;
  readonly port: number;
  readonly tlsCertFile: string;
  readonly tlsPrivateKeyFile: string;
  readonly rotateCertificates: boolean;
  readonly serverTLSBootstrap: boolean;
  readonly authentication: {
    readonly clientCAFile: string;
    readonly anonymous: boolean;
    readonly webhook: boolean;
    readonly webhookCacheTTLMs: number;
  };
  readonly authorization: {
    readonly mode: "AlwaysAllow" | "Webhook";
    readonly authorizedTTLMs: number;
    readonly unauthorizedTTLMs: number;
  };
  readonly enableDebuggingHandlers: boolean;
  readonly healthzPort: number;
  readonly healthzBindAddress: string;
  readonly clusterDomain: string;
  readonly clusterDNS: readonly string[];
  readonly nodeStatusUpdateFrequencyMs: number;
  readonly nodeStatusReportFrequencyMs: number;
  readonly nodeLeaseDurationSeconds: number;
  readonly imageMinimumGCAgeMs: number;
  readonly imageMaximumGCAgeMs: number;
  readonly imageGCHighThresholdPercent: number;
  readonly imageGCLowThresholdPercent: number;
  readonly cgroupDriver: "cgroupfs" | "systemd";
  readonly maxPods: number;
  readonly podPidsLimit: number;
  readonly resolvConf: string;
  readonly cpuCFSQuota: boolean;
  readonly cpuCFSQuotaPeriodMs: number;
  readonly serializeImagePulls: boolean;
  readonly maxParallelImagePulls: number;
  readonly evictionHard: Readonly<Record<string, string>>;
  readonly configMapAndSecretChangeDetectionStrategy: "Get" | "Cache" | "Watch";
  readonly evictionPressureTransitionPeriodMs: number;
  readonly podsPerCore: number;
  readonly protectKernelDefaults: boolean;
  readonly failSwapOn: boolean;
  readonly failCgroupV1: boolean;
  /** On cgroup v2: an OOM kill ends one process rather than its whole container. */
  readonly singleProcessOOMKill: boolean;
  readonly containerLogMaxSize: string;
  readonly containerLogMaxFiles: number;
  readonly containerLogMonitorIntervalMs: number;
  readonly systemReserved: Readonly<Record<string, string>>;
  readonly kubeReserved: Readonly<Record<string, string>>;
  readonly enforceNodeAllocatable: readonly string[];
  readonly allowedUnsafeSysctls: readonly string[];
  readonly shutdownGracePeriodMs: number;
  readonly shutdownGracePeriodCriticalPodsMs: number;
  /** In place of the two above. */
  readonly shutdownGracePeriodByPodPriority: readonly { priority: number; shutdownGracePeriodSeconds: number }[];
  readonly crashLoopBackOffMaxMs: number;
  readonly registerWithTaints: readonly Taint[];
  readonly registerNode: boolean;
  readonly seccompDefault: boolean;
  readonly containerRuntimeEndpoint: string;
  readonly podLogsDir: string;
  readonly verbosity: number;
};
