import { parseDuration } from "../../../base/duration.ts";
import type { ClusterConfiguration } from "../cluster-configuration.ts";
import { supportedMinors } from "../distribution.ts";
import { isVersionLabel, parseKubernetesVersion } from "../values/kubernetes-version.ts";
import type { Checker } from "./checker.ts";
import { checkEtcd } from "./etcd.ts";
import { checkNetworking } from "./networking.ts";
import { checkArguments } from "./node-registration.ts";
import { isAbsolutePath, isAlternativeName, isHostPort, isImageRepository, type Rule } from "./value-rules.ts";

export const featureGates = ["NodeLocalCRISocket", "PublicKeysECDSA", "RootlessControlPlane"] as const;

export function checkClusterConfiguration(cluster: ClusterConfiguration, checker: Checker): void {
  const { check, checkEach, refuse } = checker;
  if (cluster.dns.imageRepository) check("dns.imageRepository", cluster.dns.imageRepository, isImageRepository);
  checkNetworking(cluster, checker);
  checkEach("apiServer.certSANs", cluster.apiServer.certSANs, isAlternativeName);
  for (const component of ["apiServer", "controllerManager", "scheduler"] as const) {
    checkArguments(`${component}.extraArgs`, cluster[component].extraArgs, checker);
  }
  check("certificatesDir", cluster.certificatesDir, isAbsolutePath);
  for (const gate of Object.keys(cluster.featureGates)) {
    if (!featureGates.some((known) => known === gate)) refuse("featureGates", `${gate} is not a valid feature name`);
  }
  if (cluster.featureGates.RootlessControlPlane) {
    refuse("featureGates", "RootlessControlPlane is not supported: the control plane's pods run as root");
  }
  if (cluster.controlPlaneEndpoint) check("controlPlaneEndpoint", cluster.controlPlaneEndpoint, isHostPort);
  check("imageRepository", cluster.imageRepository, isImageRepository);
  check("kubernetesVersion", cluster.kubernetesVersion, isSupportedVersion);
  checkEtcd(cluster, checker);
  checkValidityPeriods(cluster, checker);
}

const isSupportedVersion: Rule<string> = (value) => {
  if (isVersionLabel(value)) return undefined;
  const version = parseKubernetesVersion(value);
  if (!version) return "is neither a version such as v1.36.2 nor a label such as stable-1";
  const { oldest, newest } = supportedMinors;
  return version.major === 1 && version.minor >= oldest && version.minor <= newest
    ? undefined
    : `is not supported; versions from v1.${oldest} to v1.${newest} are`;
};

function checkValidityPeriods(cluster: ClusterConfiguration, { warn }: Checker): void {
  const leafMs = parseDuration(cluster.certificateValidityPeriod) ?? 0;
  const caMs = parseDuration(cluster.caCertificateValidityPeriod) ?? 0;
  const yearMs = 8760 * 3_600_000;
  if (leafMs > yearMs) warn("certificateValidityPeriod", "is more than the recommended year");
  if (caMs > 10 * yearMs) warn("caCertificateValidityPeriod", "is more than the recommended ten years");
  if (leafMs > caMs) warn("certificateValidityPeriod", "is more than caCertificateValidityPeriod");
}
