import type { BootstrapToken } from "../bootstrap-token.ts";
import type { InitConfiguration } from "../init-configuration.ts";
import type { Checker } from "./checker.ts";
import { checkApiEndpoint, checkNodeRegistration } from "./node-registration.ts";
import { isCertificateKey, type Rule } from "./value-rules.ts";

const usages = ["signing", "authentication"];
const group = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

export function checkInitConfiguration(init: InitConfiguration, checker: Checker): void {
  for (const [index, token] of init.bootstrapTokens.entries()) {
    checkBootstrapToken(`bootstrapTokens[${index}]`, token, checker);
  }
  checkNodeRegistration("nodeRegistration", init.nodeRegistration, checker);
  checkApiEndpoint("localAPIEndpoint", init.localAPIEndpoint, checker);
  checker.check("certificateKey", init.certificateKey, isCertificateKey);
}

export function checkBootstrapToken(path: string, token: BootstrapToken, { check, checkEach, refuse }: Checker): void {
  check(`${path}.token`, token.token, isBootstrapToken);
  checkEach(`${path}.usages`, token.usages, (usage) =>
    usages.includes(usage) ? undefined : `is none of ${usages.join(", ")}`,
  );
  if (token.groups.length > 0 && !token.usages.includes("authentication")) {
    refuse(`${path}.groups`, 'token groups cannot be specified unless usages include "authentication"');
  }
  checkEach(`${path}.groups`, token.groups, (name) =>
    group.test(name) ? undefined : `must match ${group.source.slice(1, -1)}`,
  );
  if (token.expires !== undefined && Number.isNaN(Date.parse(token.expires))) {
    refuse(`${path}.expires`, "is no RFC 3339 time");
  }
  if (token.expires !== undefined && token.ttl !== undefined) refuse(path, "ttl and expires are mutually exclusive");
}

export const isBootstrapToken: Rule<string> = (value) =>
  /^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(value)
    ? undefined
    : "the bootstrap token is invalid: it must match [a-z0-9]{6}.[a-z0-9]{16}";
