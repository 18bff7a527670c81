import type { ClusterConfiguration, ExternalEtcd, LocalEtcd } from "../cluster-configuration.ts";
import type { Checker } from "./checker.ts";
import { checkArguments } from "./node-registration.ts";
import { isAbsolutePath, isAlternativeName, isImageRepository, type Rule } from "./value-rules.ts";

export function checkEtcd({ etcd: { local, external } }: ClusterConfiguration, checker: Checker): void {
  if (local && external) checker.refuse("etcd", "local and external are mutually exclusive");
  else if (local) checkLocal(local, checker);
  else if (external) checkExternal(external, checker);
}

function checkLocal(local: LocalEtcd, checker: Checker): void {
  checker.check("etcd.local.dataDir", local.dataDir, isAbsolutePath);
  checker.checkEach("etcd.local.serverCertSANs", local.serverCertSANs, isAlternativeName);
  checker.checkEach("etcd.local.peerCertSANs", local.peerCertSANs, isAlternativeName);
  if (local.imageRepository) checker.check("etcd.local.imageRepository", local.imageRepository, isImageRepository);
  checkArguments("etcd.local.extraArgs", local.extraArgs, checker);
}

function checkExternal(external: ExternalEtcd, { check, checkEach, refuse }: Checker): void {
  const { caFile, certFile, keyFile, endpoints } = external;
  const path = "etcd.external";
  if ((certFile === "") !== (keyFile === "")) refuse(path, "either both or none of certFile and keyFile must be set");
  if (certFile && keyFile && !caFile) refuse(path, "certFile and keyFile require caFile");
  if (endpoints.length === 0) refuse(`${path}.endpoints`, "at least one endpoint must be specified");
  const needsHttps = caFile !== "" || certFile !== "" || keyFile !== "";
  checkEach(`${path}.endpoints`, endpoints, needsHttps ? isHttpsUrl : isUrl);
  checkEach(`${path}.httpEndpoints`, external.httpEndpoints, isUrl);
  for (const [field, file] of Object.entries({ caFile, certFile, keyFile })) {
    if (file) check(`${path}.${field}`, file, isAbsolutePath);
  }
}

const isUrl: Rule<string> = (value) =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && URL.canParse(value) ? undefined : "is no URL with a scheme";

const isHttpsUrl: Rule<string> = (value) =>
  isUrl(value) ?? (new URL(value).protocol === "https:" ? undefined : "the URL must be using the HTTPS scheme");
