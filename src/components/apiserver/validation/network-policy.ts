import { cidrContains, parseCidr } from "../../../base/cidr.ts";
import type { Fields } from "../defaulting/missing.ts";
import { type FieldError, forbiddenField, invalid, required } from "./field-error.ts";
import { labelSelector } from "./label-selector.ts";
import { portNumber, portNumberOrName } from "./ports.ts";
import { all, among, fields, items, ofSpec, type Rule } from "./rules.ts";

const noCidr = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

const port: Rule = (value, path) => {
  const one = value as { port?: number | string; endPort?: number };
  return [
    ...fields({ protocol: among("TCP", "UDP", "SCTP") })(value, path),
    ...(one.port === undefined ? [] : portNumberOrName(one.port, `${path}.port`)),
    ...(one.endPort === undefined ? [] : endErrors(one.port, one.endPort, `${path}.endPort`)),
  ];
};

function endErrors(first: number | string | undefined, end: number, path: string): FieldError[] {
  if (first === undefined) return [invalid(path, end, "may not be specified when `port` is not specified")];
  if (typeof first === "string") return [invalid(path, end, "may not be specified when `port` is non-numeric")];
  return [
    ...(end < first ? [invalid(path, first, "must be greater than or equal to `port`")] : []),
    ...portNumber(path, end),
  ];
}

const block: Rule = (value, path) => {
  const { cidr: text = "", except = [] } = value as { cidr?: string; except?: string[] };
  if (text === "") return [required(`${path}.cidr`)];
  const cidr = parseCidr(text);
  if (!cidr) return [invalid(`${path}.cidr`, text, noCidr)];
  return except.flatMap((one, index) => {
    const inner = parseCidr(one);
    const at = `${path}.except[${index}]`;
    if (!inner) return [invalid(at, one, noCidr)];
    const isWithin = cidrContains(cidr, inner.address) && inner.prefix > cidr.prefix;
    return isWithin ? [] : [invalid(at, one, "must be a strict subset of `cidr`")];
  });
};

const peer: Rule = (value, path) => {
  const given = ["podSelector", "namespaceSelector", "ipBlock"].filter((one) => (value as Fields)[one] !== undefined);
  return [
    ...fields({ podSelector: labelSelector, namespaceSelector: labelSelector })(value, path),
    ...(given.includes("ipBlock") ? block((value as Fields).ipBlock, `${path}.ipBlock`) : []),
    ...(given.length === 0 ? [required(path, "must specify a peer")] : []),
    ...(given.length > 1 && given.includes("ipBlock")
      ? [forbiddenField(path, "may not specify both ipBlock and another peer")]
      : []),
  ];
};

const types: Rule = (value, path) =>
  Array.isArray(value) && value.length > 2
    ? [invalid(path, value, "may not specify more than two policyTypes")]
    : items(among("Ingress", "Egress"))(value, path);

/** A NetworkPolicy (pkg/apis/networking/validation). */
export const validateNetworkPolicy = ofSpec(
  all(
    fields({
      podSelector: labelSelector,
      ingress: items(fields({ ports: items(port), from: items(peer) })),
      egress: items(fields({ ports: items(port), to: items(peer) })),
      policyTypes: types,
    }),
  ),
);
