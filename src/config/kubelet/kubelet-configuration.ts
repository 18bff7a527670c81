import { list, map, struct } from "../shape/compound.ts";
import { logging } from "../shape/logging.ts";
import { bool, duration, explicitBool, float, int, string } from "../shape/scalar.ts";
import { always, optional, type Typed } from "../shape/shape.ts";
import { kubeletAuthentication, kubeletAuthorization } from "./authentication.ts";

export const kubeletApiVersion = "kubelet.config.k8s.io/v1beta1";

const server = {
  enableServer: optional(bool()),
  address: string(),
  port: int(),
  readOnlyPort: int(),
  tlsCertFile: string(),
  tlsPrivateKeyFile: string(),
  tlsCipherSuites: list(string()),
  tlsCurvePreferences: list(int()),
  tlsMinVersion: string(),
  rotateCertificates: bool(),
  serverTLSBootstrap: bool(),
  authentication: kubeletAuthentication,
  authorization: kubeletAuthorization,
  enableDebuggingHandlers: optional(bool()),
  enableContentionProfiling: bool(),
  enableProfilingHandler: optional(bool()),
  enableDebugFlagsHandler: optional(bool()),
  enableSystemLogHandler: optional(bool()),
  enableSystemLogQuery: optional(bool()),
  healthzPort: optional(int()),
  healthzBindAddress: string(),
  showHiddenMetricsForVersion: string(),
  tracing: optional(struct({ endpoint: optional(string()), samplingRatePerMillion: optional(int()) })),
  logging,
};

const sources = {
  staticPodPath: string(),
  podLogsDir: string(),
  syncFrequency: duration(),
  fileCheckFrequency: duration(),
  httpCheckFrequency: duration(),
  staticPodURL: string(),
  staticPodURLHeader: map(list(string())),
  configMapAndSecretChangeDetectionStrategy: string(),
};

const images = {
  registryPullQPS: optional(int()),
  registryBurst: int(),
  imagePullCredentialsVerificationPolicy: string(),
  preloadedImagesVerificationAllowlist: list(string()),
  serializeImagePulls: optional(bool()),
  maxParallelImagePulls: optional(int()),
  imageMinimumGCAge: duration(),
  imageMaximumGCAge: duration(),
  imageGCHighThresholdPercent: optional(int()),
  imageGCLowThresholdPercent: optional(int()),
  containerLogMaxSize: string(),
  containerLogMaxFiles: optional(int()),
  containerLogMaxWorkers: optional(int()),
  containerLogMonitorInterval: optional(duration()),
};

const node = {
  eventRecordQPS: optional(int()),
  eventBurst: int(),
  kubeAPIQPS: optional(int()),
  kubeAPIBurst: int(),
  contentType: string(),
  nodeStatusUpdateFrequency: duration(),
  nodeStatusReportFrequency: duration(),
  nodeLeaseDurationSeconds: int(),
  nodeStatusMaxImages: optional(int()),
  registerNode: optional(bool()),
  registerWithTaints: list(
    struct({ key: always(string()), value: string(), effect: always(string()), timeAdded: optional(string()) }),
  ),
  providerID: string(),
  podCIDR: string(),
  maxPods: int(),
  podsPerCore: int(),
  podPidsLimit: optional(int()),
  maxOpenFiles: int(),
  enableControllerAttachDetach: optional(bool()),
  volumePluginDir: string(),
  volumeStatsAggPeriod: duration(),
  shutdownGracePeriod: duration(),
  shutdownGracePeriodCriticalPods: duration(),
  shutdownGracePeriodByPodPriority: list(
    struct({ priority: always(int()), shutdownGracePeriodSeconds: always(int()) }),
  ),
  crashLoopBackOff: struct({ maxContainerRestartPeriod: optional(duration()) }),
};

const network = {
  clusterDomain: string(),
  clusterDNS: list(string()),
  resolvConf: optional(string()),
  hairpinMode: string(),
  makeIPTablesUtilChains: optional(bool()),
  iptablesMasqueradeBit: optional(int()),
  iptablesDropBit: optional(int()),
  streamingConnectionIdleTimeout: duration(),
};

const resources = {
  cgroupDriver: string(),
  cgroupRoot: string(),
  cgroupsPerQOS: optional(bool()),
  kubeletCgroups: string(),
  systemCgroups: string(),
  singleProcessOOMKill: optional(bool()),
  oomScoreAdj: optional(int()),
  cpuManagerPolicy: string(),
  cpuManagerPolicyOptions: map(string()),
  cpuManagerReconcilePeriod: duration(),
  cpuCFSQuota: optional(bool()),
  cpuCFSQuotaPeriod: optional(duration()),
  memoryManagerPolicy: string(),
  memoryThrottlingFactor: optional(float()),
  memoryReservationPolicy: string(),
  memorySwap: struct({ swapBehavior: string() }),
  failSwapOn: optional(bool()),
  kernelMemcgNotification: bool(),
  reservedMemory: list(struct({ numaNode: always(int()), limits: map(string()) })),
  topologyManagerPolicy: string(),
  topologyManagerScope: string(),
  topologyManagerPolicyOptions: map(string()),
  qosReserved: map(string()),
  systemReserved: map(string()),
  kubeReserved: map(string()),
  systemReservedCgroup: string(),
  kubeReservedCgroup: string(),
  reservedSystemCPUs: string(),
  enforceNodeAllocatable: list(string()),
  localStorageCapacityIsolation: optional(bool()),
};

const eviction = {
  evictionHard: map(string()),
  evictionSoft: map(string()),
  evictionSoftGracePeriod: map(string()),
  evictionPressureTransitionPeriod: duration(),
  evictionMaxPodGracePeriod: int(),
  evictionMinimumReclaim: map(string()),
  mergeDefaultEvictionSettings: optional(bool()),
};

/**
 * kubelet.config.k8s.io/v1beta1 KubeletConfiguration with Go's zero values where nothing is set: what a file says, before
 * the kubelet's own defaults.
 */
export const kubeletConfiguration = struct(
  {
    ...server,
    ...sources,
    ...images,
    ...node,
    ...network,
    ...resources,
    ...eviction,
    runOnce: bool(),
    runtimeRequestTimeout: duration(),
    containerRuntimeEndpoint: always(string()),
    imageServiceEndpoint: string(),
    protectKernelDefaults: bool(),
    allowedUnsafeSysctls: list(string()),
    seccompDefault: optional(bool()),
    featureGates: map(explicitBool(false)),
    failCgroupV1: optional(bool()),
    userNamespaces: optional(struct({ idsPerPod: optional(int()) })),
  },
  ["apiVersion", "kind"],
);
export type KubeletConfiguration = Typed<typeof kubeletConfiguration>;
