type FieldKind = "string" | "boolean" | "number" | "durationMs" | "strings" | "stringMap" | "taints" | "priorities";

/** One setting: its path in the file, where it lands, and its default (SetDefaults_KubeletConfiguration of v1beta1). */
export type ConfigurationField = {
  readonly path: string;
  readonly into: string;
  readonly kind: FieldKind;
  readonly default: unknown;
  readonly oneOf?: readonly string[];
};

const field = (path: string, kind: FieldKind, value: unknown, into = path): ConfigurationField => ({
  path,
  into: kind === "durationMs" ? `${into}Ms` : into,
  kind,
  default: value,
});

const seconds = 1000;
const minutes = 60 * seconds;

/** Every setting that this kubelet acts on. */
export const configurationFields: readonly ConfigurationField[] = [
  field("staticPodPath", "string", ""),
  field("syncFrequency", "durationMs", minutes),
  field("fileCheckFrequency", "durationMs", 20 * seconds),
  field("address", "string", "0.0.0.0"),
  field("port", "number", 10250),
  field("tlsCertFile", "string", ""),
  field("tlsPrivateKeyFile", "string", ""),
  field("rotateCertificates", "boolean", false),
  field("serverTLSBootstrap", "boolean", false),
  field("authentication.x509.clientCAFile", "string", "", "authentication.clientCAFile"),
  field("authentication.anonymous.enabled", "boolean", false, "authentication.anonymous"),
  field("authentication.webhook.enabled", "boolean", true, "authentication.webhook"),
  field("authentication.webhook.cacheTTL", "durationMs", 2 * minutes, "authentication.webhookCacheTTL"),
  { ...field("authorization.mode", "string", "Webhook"), oneOf: ["AlwaysAllow", "Webhook"] },
  field("authorization.webhook.cacheAuthorizedTTL", "durationMs", 5 * minutes, "authorization.authorizedTTL"),
  field("authorization.webhook.cacheUnauthorizedTTL", "durationMs", 30 * seconds, "authorization.unauthorizedTTL"),
  field("enableDebuggingHandlers", "boolean", true),
  field("healthzPort", "number", 10248),
  field("healthzBindAddress", "string", "127.0.0.1"),
  field("clusterDomain", "string", ""),
  field("clusterDNS", "strings", []),
  field("nodeStatusUpdateFrequency", "durationMs", 10 * seconds),
  field("nodeStatusReportFrequency", "durationMs", 5 * minutes),
  field("nodeLeaseDurationSeconds", "number", 40),
  field("imageMinimumGCAge", "durationMs", 2 * minutes),
  field("imageMaximumGCAge", "durationMs", 0),
  field("imageGCHighThresholdPercent", "number", 85),
  field("imageGCLowThresholdPercent", "number", 80),
  { ...field("cgroupDriver", "string", "cgroupfs"), oneOf: ["cgroupfs", "systemd"] },
  field("maxPods", "number", 110),
  field("podPidsLimit", "number", -1),
  field("resolvConf", "string", "/etc/resolv.conf"),
  field("cpuCFSQuota", "boolean", true),
  field("cpuCFSQuotaPeriod", "durationMs", 100),
  field("serializeImagePulls", "boolean", true),
  field("maxParallelImagePulls", "number", 0),
  field("evictionHard", "stringMap", {
    "memory.available": "100Mi",
    "nodefs.available": "10%",
    "nodefs.inodesFree": "5%",
    "imagefs.available": "15%",
    "imagefs.inodesFree": "5%",
  }),
  {
    ...field("configMapAndSecretChangeDetectionStrategy", "string", "Watch"),
    oneOf: ["Get", "Cache", "Watch"],
  },
  field("evictionPressureTransitionPeriod", "durationMs", 5 * minutes),
  field("podsPerCore", "number", 0),
  field("protectKernelDefaults", "boolean", false),
  field("failSwapOn", "boolean", true),
  field("failCgroupV1", "boolean", true),
  field("singleProcessOOMKill", "boolean", false),
  field("containerLogMaxSize", "string", "10Mi"),
  field("containerLogMaxFiles", "number", 5),
  field("containerLogMonitorInterval", "durationMs", 10 * seconds),
  field("systemReserved", "stringMap", {}),
  field("kubeReserved", "stringMap", {}),
  // Cgroups of the system's own daemons are not made or limited: kubeReserved and systemReserved are only set aside.
  { ...field("enforceNodeAllocatable", "strings", ["pods"]), oneOf: ["pods", "none"] },
  field("allowedUnsafeSysctls", "strings", []),
  field("shutdownGracePeriod", "durationMs", 0),
  field("shutdownGracePeriodCriticalPods", "durationMs", 0),
  field("shutdownGracePeriodByPodPriority", "priorities", []),
  field("crashLoopBackOff.maxContainerRestartPeriod", "durationMs", 5 * minutes, "crashLoopBackOffMax"),
  field("registerWithTaints", "taints", []),
  field("registerNode", "boolean", true),
  field("seccompDefault", "boolean", false),
  field("containerRuntimeEndpoint", "string", "unix:///run/containerd/containerd.sock"),
  field("podLogsDir", "string", "/var/log/pods"),
  field("logging.verbosity", "number", 0, "verbosity"),
] satisfies readonly ConfigurationField[];

/** Settings of upstream that may stand in the file only with the value that means "not in use". */
export const inertFields: Readonly<Record<string, readonly unknown[]>> = {
  apiVersion: ["kubelet.config.k8s.io/v1beta1"],
  kind: ["KubeletConfiguration"],
  readOnlyPort: [0],
  kubeletCgroups: [""],
  systemCgroups: [""],
  cgroupRoot: ["", "/"],
  cgroupsPerQOS: [true],
  imageServiceEndpoint: [""],
  httpCheckFrequency: ["0s", "20s"],
  staticPodURL: [""],
  cpuManagerPolicy: ["", "none"],
  cpuManagerReconcilePeriod: ["0s", "10s"],
  memoryManagerPolicy: ["", "None"],
  topologyManagerPolicy: ["", "none"],
  topologyManagerScope: ["", "container"],
  hairpinMode: ["", "promiscuous-bridge", "hairpin-veth", "none"],
  contentType: ["", "application/json", "application/vnd.kubernetes.protobuf"],
  kubeAPIQPS: [0, 50],
  kubeAPIBurst: [0, 100],
  makeIPTablesUtilChains: [true],
  enableControllerAttachDetach: [true],
  enableServer: [true],
  localStorageCapacityIsolation: [true],
  "authorization.webhook": [{}],
  "logging.format": ["", "text"],
  "logging.flushFrequency": [0, "0s", "5s"],
  "logging.options.json.infoBufferSize": ["0"],
  "logging.options.text.infoBufferSize": ["0"],
  "memorySwap.swapBehavior": ["", "NoSwap"],
  podCIDR: [""],
  providerID: [""],
  reservedSystemCPUs: [""],
  runOnce: [false],
};

/** Settings that tune parts which this kubelet does not have; they are taken, and it says so. */
export const fieldsWithoutEffect: readonly string[] = [
  "registryPullQPS",
  "registryBurst",
  "eventRecordQPS",
  "eventBurst",
  "streamingConnectionIdleTimeout",
  "volumeStatsAggPeriod",
  "runtimeRequestTimeout",
  "maxOpenFiles",
  "featureGates",
];
