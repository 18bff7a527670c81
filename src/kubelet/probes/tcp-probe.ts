import { connect } from "node:net";
import type { ProbeResult } from "./probe-result.ts";
import { failure, success } from "./probe-result.ts";

/** Healthy when a TCP connection opens in time. */
export function tcpProbe(host: string, port: number, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => end(failure(`dial tcp ${host}:${port}: i/o timeout`)));
    socket.on("error", (error) => end(failure(`dial tcp ${host}:${port}: ${error.message}`)));
    socket.on("connect", () => end(success()));
  });
}
