import { runCommand } from "../../../kube/program/run-command.ts";
import type { Flow } from "../conntrack/flow.ts";
import { parseFlows } from "../conntrack/flow.ts";
import type { Family } from "../rules/base-table.ts";

/** The kernel's flows of UDP that are remembered in this address family. */
export async function udpFlows(family: Family): Promise<readonly Flow[]> {
  const name = family === "ip" ? "ipv4" : "ipv6";
  return parseFlows(await runCommand("conntrack", ["-L", "-p", "udp", "-f", name]));
}

/** Makes the kernel forget a flow, so that its next packet is looked at anew. */
export async function forget({ destination, port, replySource }: Flow): Promise<void> {
  const tuple = ["--orig-dst", destination, "--orig-port-dst", String(port), "--reply-src", replySource];
  await runCommand("conntrack", ["-D", "-p", "udp", ...tuple], { okExitCodes: [0, 1] }); // 1: it is gone already
}
