import { parseCidr } from "../../../base/cidr.ts";
import { parseIp } from "../../../base/ip-address.ts";

/** Formats that the API checks; others are taken as they come. */
const formats: Readonly<Record<string, (value: string) => boolean>> = {
  "date-time": (value) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(value) && !Number.isNaN(Date.parse(value)),
  date: (value) => /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)),
  byte: (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0,
  ipv4: (value) => parseIp(value)?.family === 4,
  ipv6: (value) => parseIp(value)?.family === 6,
  cidr: (value) => parseCidr(value) !== undefined,
  uuid: (value) => /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(value),
  email: (value) => /^[^@\s]+@[^@\s]+$/.test(value),
  uri: (value) => URL.canParse(value),
  hostname: (value) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i.test(value),
  duration: (value) => /^([-+]?\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w))+$/.test(value.replaceAll(" ", "")),
};

export function matchesFormat(format: string, value: string): boolean {
  return Object.hasOwn(formats, format) ? (formats[format]?.(value) ?? true) : true;
}
