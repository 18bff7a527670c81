import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../base/errors.ts";
import { timerDelay } from "../../../base/timer-delay.ts";
import type { Log } from "../../../kube/program/log.ts";
import type { Repairs } from "../allocation/repair.ts";
import {
  ensureAuthenticationConfig,
  ensurePolicy,
  ensurePriorityClasses,
  ensureServiceCidr,
  ensureSystemNamespaces,
  type RequestHeaderFacts,
} from "../bootstrap/bootstrap.ts";
import { announce, ensureKubernetesService, type ServerAddress } from "../bootstrap/kubernetes-service.ts";
import type { RegistryContext } from "../registry/context.ts";
import { Compaction } from "../storage/compaction.ts";
import type { HookStates } from "./hooks.ts";

export type HookParts = {
  readonly context: RegistryContext;
  readonly root: string;
  readonly server: ServerAddress;
  readonly serviceCidrs: readonly string[];
  readonly repairs: Repairs;
  readonly facts: () => RequestHeaderFacts;
  readonly compactEveryMs: number;
  readonly log: Log;
};

export const hookNames = [
  "poststarthook/start-system-namespaces-controller",
  "poststarthook/rbac/bootstrap-roles",
  "poststarthook/scheduling/bootstrap-system-priority-classes",
  "poststarthook/start-cluster-authentication-info-controller",
  "poststarthook/bootstrap-controller",
  "poststarthook/start-service-ip-repair-controllers",
] as const;

const retryMs = 1000;
const announceEveryMs = 5000;
const repairEveryMs = 180_000;

/** Brings the cluster's first objects about, and keeps what must be kept up; each step is tried until it succeeds. */
export async function startHooks(parts: HookParts, states: HookStates, signal: AbortSignal): Promise<void> {
  const { context, root, server, facts } = parts;
  const hook = (name: (typeof hookNames)[number], work: () => Promise<void>) =>
    untilDone(parts, signal, { name, work, states });
  await hook("poststarthook/start-system-namespaces-controller", () => ensureSystemNamespaces(context));
  await Promise.all([
    hook("poststarthook/rbac/bootstrap-roles", () => ensurePolicy(context)),
    hook("poststarthook/scheduling/bootstrap-system-priority-classes", () => ensurePriorityClasses(context)),
    hook("poststarthook/start-cluster-authentication-info-controller", () =>
      ensureAuthenticationConfig(context, facts()),
    ),
    hook("poststarthook/bootstrap-controller", async () => {
      await ensureServiceCidr(context, parts.serviceCidrs);
      await ensureKubernetesService(context, server);
      await announce(context, root, server);
    }),
  ]);
  await hook("poststarthook/start-service-ip-repair-controllers", () => parts.repairs.round());
  every(repairEveryMs, parts, signal, () => parts.repairs.round());
  if (parts.compactEveryMs > 0) {
    const compaction = new Compaction(context.store.etcd);
    every(parts.compactEveryMs, parts, signal, () => compaction.round());
  }
  every(announceEveryMs, parts, signal, async () => {
    await ensureSystemNamespaces(context);
    await ensureAuthenticationConfig(context, facts());
    await ensureKubernetesService(context, server);
    await announce(context, root, server);
  });
}

type Work = { readonly name: string; readonly work: () => Promise<void>; readonly states: HookStates };

async function untilDone({ log }: HookParts, signal: AbortSignal, { name, work, states }: Work): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
      states.finished(name);
      return;
    } catch (error) {
      states.failed(name, messageOf(error));
      log("W", "Start hook failed, trying again", { hook: name, error: messageOf(error) });
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

function every(ms: number, { log }: HookParts, ...[signal, work]: [AbortSignal, () => Promise<unknown>]): void {
  const timer = setInterval(() => {
    work().catch((error: unknown) => log("W", "Periodic work failed", { error: messageOf(error) }));
  }, timerDelay(ms));
  timer.unref();
  signal.addEventListener("abort", () => clearInterval(timer));
}
