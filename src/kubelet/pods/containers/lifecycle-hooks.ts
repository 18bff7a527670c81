import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../base/errors.ts";
import { timerDelay } from "../../../base/timer-delay.ts";
import type { CriClient } from "../../../kube/cri/client.ts";
import type { Container, LifecycleHandler } from "../../api/container.ts";
import { httpProbe } from "../../probes/http-probe.ts";
import { resolvePort } from "../../probes/run-probe.ts";

export type HookTarget = {
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
  /** Breaks a command or a pause off. */
  readonly signal?: AbortSignal;
};

export type LifecycleHooks = {
  /** Runs a postStart or preStop handler; gives why it failed, or undefined. */
  run(handler: LifecycleHandler, target: HookTarget): Promise<string | undefined>;
};

const httpTimeoutMs = 30_000;

export function lifecycleHooks(cri: CriClient, userAgent: string): LifecycleHooks {
  return {
    async run(handler, target) {
      try {
        return await runHandler(cri, handler, { ...target, userAgent });
      } catch (thrown) {
        return messageOf(thrown);
      }
    },
  };
}

async function runHandler(
  cri: CriClient,
  handler: LifecycleHandler,
  { container, containerId, podIp, userAgent, signal }: HookTarget & { userAgent: string },
): Promise<string | undefined> {
  if (handler.exec) {
    const cmd = handler.exec.command ?? [];
    const { exitCode, stderr, stdout } = await cri.execSync({ containerId, cmd, timeout: 0 }, { signal });
    if (exitCode === 0) return undefined;
    return `command '${cmd.join(" ")}' exited with ${exitCode}: ${Buffer.concat([stdout, stderr]).toString("utf8", 0, 1024)}`;
  }
  if (handler.httpGet) {
    const port = resolvePort(handler.httpGet.port, container);
    if (port === undefined) return `couldn't find port: ${handler.httpGet.port}`;
    const host = handler.httpGet.host || podIp;
    const result = await httpProbe(handler.httpGet, { host, port, timeoutMs: httpTimeoutMs, userAgent });
    return result.kind === "success" ? undefined : result.output;
  }
  if (handler.sleep) {
    await sleep(timerDelay(handler.sleep.seconds * 1000), undefined, { ...(signal && { signal }) });
    return undefined;
  }
  return "invalid handler: no exec, httpGet or sleep";
}
