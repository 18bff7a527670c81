import { parseCidrs } from "../../../base/cidr.ts";
import { parseIp } from "../../../base/ip-address.ts";
import type { TextRule } from "./scalar.ts";

export const ipAddress: TextRule = { allowed: "an IP address", accepts: (text) => parseIp(text) !== undefined };

const subdomain = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

/** RFC 1123, as Kubernetes wants the names of nodes. */
export const nodeName: TextRule = pattern(`^${subdomain}$`, "a lower-case DNS name (letters, digits, - and .)", 253);

export const absolutePath: TextRule = pattern("^/", "an absolute path");

export const fileMode: TextRule = pattern("^0?[0-7]{3,4}$", 'an octal mode in quotes, such as "0644"');

export const fileOwner: TextRule = pattern("^[\\w.-]+(:[\\w.-]+)?$", "a user, or user:group");

/** Kubernetes' qualified name: an optional DNS prefix, then up to 63 letters, digits, -, _ and . */
export const labelKey: TextRule = pattern(
  `^(${subdomain}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`,
  "a label name such as example.com/zone",
);

export const labelValue: TextRule = pattern(
  "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
  "a label value: up to 63 letters, digits, -, _ and .",
);

export const variableName: TextRule = pattern("^[A-Za-z_]\\w*$", "the name of an environment variable");

export const sha256: TextRule = pattern("^[0-9a-f]{64}$", "64 hex digits");

/** As image names begin; it names a folder and a table of the runtime's settings. */
export const registryName: TextRule = pattern(
  "^([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*|\\[[0-9a-fA-F:]+\\])(:[0-9]{1,5})?$",
  "a registry's host, with a port where it has one: registry.example.com:5000",
);

export const httpUrl: TextRule = pattern("^https?://[^\\s/]+(/[^\\s]*)?$", "an http or https URL");

export const version: TextRule = pattern("^v?\\d+\\.\\d+\\.\\d+(-[\\w.]+)?$", "a version such as v1.36.2");

export const subnets: TextRule = {
  allowed: "a subnet such as 10.244.0.0/16, or two of different families with a comma",
  accepts: (text) => {
    const cidrs = parseCidrs(text) ?? [];
    return cidrs.length === 1 || (cidrs.length === 2 && cidrs[0]?.address.family !== cidrs[1]?.address.family);
  },
};

function pattern(source: string, allowed: string, longest = Number.POSITIVE_INFINITY): TextRule {
  const expression = new RegExp(source);
  return {
    allowed,
    accepts: (text) => text.length <= longest && expression.test(text),
    jsonSchema: { pattern: source },
  };
}
