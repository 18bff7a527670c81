import { messageOf } from "../../base/errors.ts";
import type { CriClient } from "../../kube/cri/client.ts";

/** The runtime's own conditions; undefined means that all is well. */
export type RuntimeHealth = {
  readonly runtimeProblem: string | undefined;
  readonly networkProblem: string | undefined;
};

export async function runtimeHealth(cri: CriClient): Promise<RuntimeHealth> {
  try {
    const { status } = await cri.status({}, { deadlineMs: 10_000 });
    const problemOf = (type: string) => {
      const condition = status?.conditions.find((one) => one.type === type);
      if (condition?.status) return undefined;
      const { reason = "", message = "" } = condition ?? {};
      return `container runtime ${type === "NetworkReady" ? "network not ready" : "not ready"}: ${type}=false reason:${reason} message:${message}`;
    };
    return { runtimeProblem: problemOf("RuntimeReady"), networkProblem: problemOf("NetworkReady") };
  } catch (thrown) {
    const problem = `container runtime is down: ${messageOf(thrown).split("\n")[0]}`;
    return { runtimeProblem: problem, networkProblem: undefined };
  }
}

/** While something is wrong, so soon again: a Node waits for its network by this alone. */
const recheckMs = 200;
/** For so long; what takes longer than an add-on's start is nobody's to wait for. */
const recheckForMs = 30_000;

/** Asks the runtime how it is every few seconds, at first more often while it has a problem, and tells when the answer moved. */
export class RuntimeMonitor {
  readonly #cri: CriClient;
  readonly #onChange: () => void;
  #health: RuntimeHealth = {
    runtimeProblem: "container runtime status check may not have completed yet",
    networkProblem: undefined,
  };
  #sinceMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(cri: CriClient, onChange: () => void) {
    this.#cri = cri;
    this.#onChange = onChange;
  }

  get health(): RuntimeHealth {
    return this.#health;
  }

  /** Resolves with the first answer; goes on every `everyMs`. */
  async start(everyMs: number): Promise<void> {
    await this.#check();
    if (this.#isStopped) return;
    const nextMs = this.#isFreshProblem() ? Math.min(recheckMs, everyMs) : everyMs;
    this.#timer = setTimeout(() => void this.start(everyMs), nextMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #isFreshProblem(): boolean {
    const { runtimeProblem, networkProblem } = this.#health;
    return (runtimeProblem ?? networkProblem) !== undefined && performance.now() - this.#sinceMs < recheckForMs;
  }

  async #check(): Promise<void> {
    const before = this.#health;
    this.#health = await runtimeHealth(this.#cri);
    const moved =
      before.runtimeProblem !== this.#health.runtimeProblem || before.networkProblem !== this.#health.networkProblem;
    if (!moved) return;
    this.#sinceMs = performance.now();
    this.#onChange();
  }
}
