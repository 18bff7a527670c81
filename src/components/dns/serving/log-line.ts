import { hostPort } from "../../../base/ip-address.ts";
import type { Answered } from "./server.ts";

/** One line of the log plugin, in CoreDNS's common format. */
export function logLine({ query, request, reply, client, requestBytes, responseBytes, seconds }: Answered): string {
  const from = hostPort(client.address.replace(/^::ffff:/, ""), client.port);
  const asked = `${query.type} IN ${query.name}. ${query.protocol} ${requestBytes} false ${request.maxBytes}`;
  const flags = ["qr", ...(reply.authoritative ? ["aa"] : []), ...(request.recursionDesired ? ["rd"] : []), "ra"];
  return `[INFO] ${from} - ${request.id} "${asked}" ${reply.rcode} ${flags.join(",")} ${responseBytes} ${seconds.toFixed(9)}s`;
}
