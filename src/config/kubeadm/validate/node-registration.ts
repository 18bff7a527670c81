import { parseIp } from "../../../base/ip-address.ts";
import type { ApiEndpoint } from "../api-endpoint.ts";
import type { Arg, NodeRegistration } from "../node-registration.ts";
import type { Checker } from "./checker.ts";
import { isCriSocket, isDnsSubdomain, isIpAddress, isPort } from "./value-rules.ts";

export function checkNodeRegistration(path: string, node: NodeRegistration, checker: Checker): void {
  if (node.name === "") {
    checker.refuse(`${path}.name`, "is required and could not be found out; set it here or with --node-name");
  } else {
    checker.check(`${path}.name`, node.name, isDnsSubdomain);
  }
  checker.check(`${path}.criSocket`, node.criSocket, isCriSocket);
  checkArguments(`${path}.kubeletExtraArgs`, node.kubeletExtraArgs, checker);
  const ignored = node.ignorePreflightErrors.map((one) => one.toLowerCase());
  if (ignored.includes("all") && new Set(ignored).size > 1) {
    checker.refuse(`${path}.ignorePreflightErrors`, "don't specify individual checks if 'all' is used");
  }
}

export function checkArguments(path: string, args: readonly Arg[], { checkEach }: Checker): void {
  checkEach(path, args, ({ name }) => (name === "" ? "argument has no name" : undefined));
}

/** An address that other hosts can reach, loopback tolerated as in kubeadm. */
export function checkApiEndpoint(path: string, { advertiseAddress, bindPort }: ApiEndpoint, { check }: Checker): void {
  check(`${path}.advertiseAddress`, advertiseAddress, (value) => isIpAddress(value) ?? isReachable(value));
  check(`${path}.bindPort`, bindPort, isPort);
}

function isReachable(text: string): string | undefined {
  const address = parseIp(text);
  if (!address) return undefined;
  const { family, value } = address;
  const isUnspecified = value === 0n;
  const isMulticast = family === 4 ? value >> 28n === 0xen : value >> 120n === 0xffn;
  const isLinkLocal = family === 4 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan;
  return isUnspecified || isMulticast || isLinkLocal
    ? "is an unspecified, multicast or link-local address; give one that other hosts can reach"
    : undefined;
}
