import { setTimeout as sleep } from "node:timers/promises";
import { timerDelay } from "../../base/timer-delay.ts";
import type { CriClient } from "../../kube/cri/client.ts";
import type { Pod } from "../api/pod.ts";
import { findContainer, isRestartableInit } from "../api/pod.ts";
import type { ContainerRemover } from "../cri/container-remover.ts";
import type { ContainerRecord, PodRuntime } from "../cri/pod-runtime.ts";
import { isAlive, newestSandbox } from "../cri/pod-runtime.ts";
import { unlessGone } from "../cri/unless-gone.ts";
import type { PodEvents } from "../events/pod-events.ts";
import type { ContainerKill } from "./containers/container-kill.ts";
import { graceSeconds, minimumGraceSeconds } from "./containers/grace-period.ts";
import type { LifecycleHooks } from "./containers/lifecycle-hooks.ts";

export type KillerOptions = {
  readonly cri: CriClient;
  readonly events: PodEvents;
  readonly hooks: LifecycleHooks;
  readonly removeContainer: ContainerRemover;
  readonly uptimeMs: () => number;
  /** Address of a pod on the host's network. */
  hostIp(): string;
};

type Order = {
  readonly runtime: PodRuntime;
  /** Resolves when everything that must end before this container has ended. */
  readonly before?: Promise<unknown> | undefined;
  readonly graceOverride?: number | undefined;
};

/** Ends containers and pods: preStop hooks, grace periods, sidecars last and in reverse order. */
export class PodKiller {
  readonly #options: KillerOptions;

  constructor(options: KillerOptions) {
    this.#options = options;
  }

  /** Stops all containers that are alive, then all sandboxes. */
  async killPod(pod: Pod, runtime: PodRuntime, graceOverride?: number): Promise<void> {
    await this.#killContainers(pod, runtime, graceOverride);
    for (const sandbox of runtime.sandboxes.filter(({ ready }) => ready))
      await unlessGone(this.#options.cri.stopPodSandbox({ podSandboxId: sandbox.id }));
  }

  /** Removes what is left of a pod in the runtime; containers go with their sandbox. */
  async removePod(runtime: PodRuntime): Promise<void> {
    const { cri, removeContainer } = this.#options;
    await Promise.all(runtime.containers.map(({ id }) => removeContainer(id)));
    for (const { id } of runtime.sandboxes) {
      await unlessGone(cri.stopPodSandbox({ podSandboxId: id }));
      await unlessGone(cri.removePodSandbox({ podSandboxId: id }));
    }
  }

  async killContainer(pod: Pod, kill: ContainerKill, { runtime, before, graceOverride }: Order): Promise<void> {
    const { cri, events, uptimeMs } = this.#options;
    const { container } = kill;
    let grace = graceOverride ?? graceSeconds(pod, kill);
    if (before) {
      const begun = uptimeMs();
      await Promise.race([before, sleep(timerDelay(grace * 1000), undefined, { ref: false })]);
      grace -= (uptimeMs() - begun) / 1000;
    }
    events.container(pod, { name: container.name }, { type: "Normal", reason: "Killing", message: kill.message });
    grace -= await this.#preStop(pod, container, { grace, runtime });
    const timeout = Math.ceil(Math.max(grace, minimumGraceSeconds));
    await unlessGone(cri.stopContainer({ containerId: container.id, timeout }));
  }

  async #killContainers(pod: Pod, runtime: PodRuntime, graceOverride: number | undefined): Promise<void> {
    const alive = runtime.containers.filter((container) => isAlive(container) || container.state === "created");
    const sidecarNames = (pod.spec.initContainers ?? []).filter(isRestartableInit).map(({ name }) => name);
    const sidecars = alive
      .filter(({ name }) => sidecarNames.includes(name))
      .sort((a, b) => sidecarNames.indexOf(b.name) - sidecarNames.indexOf(a.name));
    const others = alive.filter(({ name }) => !sidecarNames.includes(name));
    const kill = (container: ContainerRecord, before?: Promise<unknown>) =>
      this.killContainer(pod, podKill(container), { runtime, before, graceOverride });
    const endings = others.map((container) => kill(container));
    let before: Promise<unknown> | undefined = others.length > 0 ? Promise.allSettled(endings) : undefined;
    for (const sidecar of sidecars) {
      const ending = kill(sidecar, before);
      endings.push(ending);
      before = Promise.allSettled([before, ending]);
    }
    await Promise.all(endings);
  }

  /** Runs the preStop hook within the grace period; gives the seconds that it took. */
  async #preStop(
    pod: Pod,
    record: ContainerRecord,
    { grace, runtime }: { readonly grace: number; readonly runtime: PodRuntime },
  ): Promise<number> {
    const container = findContainer(pod, record.name);
    const hook = container?.lifecycle?.preStop ?? record.memory.preStop;
    if (!hook || grace <= 0 || record.state !== "running") return 0;
    const { hooks, events, uptimeMs, hostIp } = this.#options;
    const begun = uptimeMs();
    const podIp = pod.spec.hostNetwork ? hostIp() : (newestSandbox(runtime)?.ips[0] ?? "");
    const target = { container: container ?? { name: record.name, image: "" }, containerId: record.id, podIp };
    const failure = await Promise.race([
      hooks.run(hook, target),
      sleep(timerDelay(grace * 1000), "the grace period ran out", { ref: false }),
    ]);
    if (failure !== undefined)
      events.container(pod, record, { type: "Warning", reason: "FailedPreStopHook", message: "PreStopHook failed" });
    return (uptimeMs() - begun) / 1000;
  }
}

function podKill(container: ContainerRecord): ContainerKill {
  return { container, message: `Stopping container ${container.name}`, reason: "podKilled" };
}
