import { parseIp } from "../../../base/ip-address.ts";
import { splitEndpoint } from "../values/endpoint.ts";

/** Says what is wrong with a value, or nothing. */
export type Rule<T> = (value: T) => string | undefined;

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = new RegExp(`^${label}(\\.${label})*$`);
const wildcard = new RegExp(`^\\*\\.${label}(\\.${label})*$`);
const repositoryPart = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const registryHost =
  "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?";
const repository = new RegExp(`^(?:${registryHost}(?:/${repositoryPart})*|${repositoryPart}(?:/${repositoryPart})*)$`);

export const isDnsSubdomain: Rule<string> = (value) =>
  value.length <= 253 && subdomain.test(value)
    ? undefined
    : "must be lower-case letters, digits, '-' and '.', and begin and end with a letter or digit (RFC 1123 subdomain)";

export const isAbsolutePath: Rule<string> = (value) => (value.startsWith("/") ? undefined : "path is not absolute");

/** An address, a DNS name or a DNS name with a wildcard as its first label. */
export const isAlternativeName: Rule<string> = (value) =>
  parseIp(value) || !isDnsSubdomain(value) || (value.length <= 253 && wildcard.test(value))
    ? undefined
    : "is not a valid IP address, DNS name or wildcard DNS name";

export const isIpAddress: Rule<string> = (value) => (parseIp(value) ? undefined : "ip address is not valid");

export const isPort: Rule<number> = (value) => (value >= 1 && value <= 65535 ? undefined : "port number is not valid");

/** `host` or `host:port`, the host an address or an RFC 1123 name. */
export const isHostPort: Rule<string> = (value) => {
  const endpoint = splitEndpoint(value);
  return endpoint && (parseIp(endpoint.host) || !isDnsSubdomain(endpoint.host)) ? undefined : "endpoint is not valid";
};

export const isImageRepository: Rule<string> = (value) =>
  repository.test(value) ? undefined : "invalid image repository format";

export const isCriSocket: Rule<string> = (value) => {
  if (value === "") return "empty CRI socket";
  const scheme = URL.canParse(value) ? new URL(value).protocol : "";
  return scheme === "unix:" ? undefined : `only URL scheme "unix" is supported, got "${scheme.replace(/:$/, "")}"`;
};

export const isCertificateKey: Rule<string> = (value) => {
  if (value === "") return undefined;
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(value)) return "certificate key is not hexadecimal";
  return value.length === 64
    ? undefined
    : `invalid certificate key size ${value.length / 2}, the key must be an AES key of size 32`;
};
