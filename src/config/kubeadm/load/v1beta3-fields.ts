/** Paths of v1beta4 that v1beta3 doesn't have: in a v1beta3 document they are unknown fields. */
export const newInV1beta4: Readonly<Record<string, readonly string[]>> = {
  InitConfiguration: ["dryRun", "timeouts", "nodeRegistration.imagePullSerial"],
  ClusterConfiguration: [
    "proxy",
    "dns.disabled",
    "encryptionAlgorithm",
    "certificateValidityPeriod",
    "caCertificateValidityPeriod",
    "apiServer.extraEnvs",
    "controllerManager.extraEnvs",
    "scheduler.extraEnvs",
    "etcd.local.extraEnvs",
    "etcd.external.httpEndpoints",
  ],
  JoinConfiguration: ["dryRun", "timeouts", "nodeRegistration.imagePullSerial"],
};
