import { parseIp } from "../../../base/ip-address.ts";

/** A host name or address, and a port where one was written. */
export type Endpoint = { readonly host: string; readonly port: number | undefined };

/** Splits `host`, `host:port`, `[v6]:port`, or a bare IPv6 address; undefined when it is none of these. */
export function splitEndpoint(text: string): Endpoint | undefined {
  if (parseIp(text)) return { host: text, port: undefined };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || (match?.[1] !== undefined && !parseIp(host))) return undefined;
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  return port !== undefined && (port < 1 || port > 65535) ? undefined : { host, port };
}
