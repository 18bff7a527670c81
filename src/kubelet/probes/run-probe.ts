import type { CriClient } from "../../kube/cri/client.ts";
import type { Container } from "../api/container.ts";
import type { Probe } from "../api/probe.ts";
import { execProbe } from "./exec-probe.ts";
import { grpcProbe } from "./grpc-probe.ts";
import { httpProbe } from "./http-probe.ts";
import type { ProbeResult } from "./probe-result.ts";
import { unknown } from "./probe-result.ts";
import { tcpProbe } from "./tcp-probe.ts";

export type ProbeTarget = {
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
  readonly userAgent: string;
};

/** Runs a probe once, by the kind of its handler. */
export async function runProbe(cri: CriClient, probe: Probe, target: ProbeTarget): Promise<ProbeResult> {
  const timeoutSeconds = probe.timeoutSeconds || 1;
  const timeoutMs = timeoutSeconds * 1000;
  if (probe.exec) {
    const command = probe.exec.command ?? [];
    return execProbe(cri, { containerId: target.containerId, command, timeoutSeconds });
  }
  if (probe.httpGet) {
    const port = resolvePort(probe.httpGet.port, target.container);
    if (port === undefined) return unknown(`couldn't find port: ${probe.httpGet.port}`);
    const host = probe.httpGet.host || target.podIp;
    return httpProbe(probe.httpGet, { host, port, timeoutMs, userAgent: target.userAgent });
  }
  if (probe.tcpSocket) {
    const port = resolvePort(probe.tcpSocket.port, target.container);
    if (port === undefined) return unknown(`couldn't find port: ${probe.tcpSocket.port}`);
    return tcpProbe(probe.tcpSocket.host || target.podIp, port, timeoutMs);
  }
  if (probe.grpc) {
    const { port, service = "" } = probe.grpc;
    return grpcProbe({ host: target.podIp, port, service, timeoutMs });
  }
  return unknown("missing probe handler");
}

/** A port by number or by the name that the container gives it. */
export function resolvePort(port: number | string, container: Container): number | undefined {
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const value = named ?? Number(port);
  return Number.isInteger(value) && value > 0 && value < 65536 ? value : undefined;
}
