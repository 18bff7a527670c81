import type { BootstrapTokenDiscovery, JoinConfiguration } from "../join-configuration.ts";
import type { Checker } from "./checker.ts";
import { isBootstrapToken } from "./init-configuration.ts";
import { checkApiEndpoint, checkNodeRegistration } from "./node-registration.ts";
import { isCertificateKey, type Rule } from "./value-rules.ts";

export function checkJoinConfiguration(join: JoinConfiguration, checker: Checker): void {
  checkDiscovery(join.discovery, checker);
  checkNodeRegistration("nodeRegistration", join.nodeRegistration, checker);
  if (join.controlPlane) {
    checkApiEndpoint("controlPlane.localAPIEndpoint", join.controlPlane.localAPIEndpoint, checker);
    checker.check("controlPlane.certificateKey", join.controlPlane.certificateKey, isCertificateKey);
  }
  checker.check("caCertPath", join.caCertPath, (path) =>
    path.startsWith("/") && path.endsWith(".crt") ? undefined : "must be an absolute path that ends in .crt",
  );
}

function checkDiscovery(
  { bootstrapToken, file, tlsBootstrapToken }: JoinConfiguration["discovery"],
  checker: Checker,
): void {
  const { check, refuse } = checker;
  if (!bootstrapToken && !file) refuse("discovery", "bootstrapToken or file must be set");
  if (bootstrapToken && file) refuse("discovery", "bootstrapToken and file cannot both be set");
  if (bootstrapToken) checkTokenDiscovery(bootstrapToken, checker);
  if (bootstrapToken || (file && tlsBootstrapToken)) {
    check("discovery.tlsBootstrapToken", tlsBootstrapToken, isBootstrapToken);
  }
  if (file) check("discovery.file.kubeConfigPath", file.kubeConfigPath, isPathOrHttpsUrl);
}

function checkTokenDiscovery(discovery: BootstrapTokenDiscovery, { check, refuse }: Checker): void {
  const path = "discovery.bootstrapToken";
  check(`${path}.apiServerEndpoint`, discovery.apiServerEndpoint, (endpoint) =>
    /^(?:\[[^\]]+\]|[^:[\]]+):[0-9]+$/.test(endpoint) ? undefined : "must be host:port",
  );
  if (discovery.caCertHashes.length === 0 && !discovery.unsafeSkipCAVerification) {
    const remedy =
      "set unsafeSkipCAVerification, or pass --discovery-token-unsafe-skip-ca-verification, to do so all the same";
    refuse(`${path}.caCertHashes`, `using token-based discovery without caCertHashes can be unsafe; ${remedy}`);
  }
  check(`${path}.token`, discovery.token, isBootstrapToken);
}

/** Whether the file exists is seen when it is read. */
const isPathOrHttpsUrl: Rule<string> = (value) => {
  if (value === "") return "not a valid HTTPS URL or a file on disk";
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase();
  return scheme === undefined || scheme === "https" ? undefined : "if a URL is used, the scheme must be https";
};
