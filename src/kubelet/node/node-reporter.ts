import type { CriClient } from "../../kube/cri/client.ts";
import type { Image } from "../../kube/cri/image.ts";
import type { Node } from "../../kube/kinds/node.ts";
import { rfc3339 } from "../../kube/rfc3339.ts";
import type { NodeResources } from "./allocatable.ts";
import type { Machine } from "./machine.ts";
import { nodeConditions } from "./node-conditions.ts";
import type { ReportedNodeStatus } from "./node-status.ts";
import { nodeStatus } from "./node-status.ts";
import type { PressureMonitor } from "./pressure-monitor.ts";

export type ReporterOptions = {
  readonly cri: CriClient;
  readonly machine: Machine;
  readonly resources: NodeResources;
  readonly hostname: string;
  readonly kubeletPort: number;
  readonly kubeletVersion: string;
  readonly runtimeVersion: string;
  readonly pressure: Pick<PressureMonitor, "check">;
  readonly now: () => number;
  addresses(): readonly string[];
  /** Why the node is not ready. */
  problems(): readonly string[];
};

const imagesEveryMs = 60_000;

/** Reads off the node what its status says. */
export class NodeReporter {
  readonly #options: ReporterOptions;
  #images: { readonly list: readonly Image[]; readonly readAtMs: number } = { list: [], readAtMs: -Infinity };

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  async status(previous: Node["status"]): Promise<ReportedNodeStatus> {
    const { now, pressure, addresses, problems } = this.#options;
    const { memory, disk, pid } = pressure.check();
    const health = {
      memoryPressure: memory,
      diskPressure: disk,
      pidPressure: pid,
      problems: problems(),
    };
    return nodeStatus({
      ...this.#options,
      addresses: addresses(),
      images: await this.#listImages(),
      conditions: nodeConditions(health, previous?.conditions ?? [], rfc3339(now())),
    });
  }

  /** A runtime that is down does not keep the node from telling so. */
  async #listImages(): Promise<readonly Image[]> {
    const { cri, now } = this.#options;
    if (now() - this.#images.readAtMs < imagesEveryMs) return this.#images.list;
    try {
      const { images } = await cri.listImages({}, { deadlineMs: 5000 });
      this.#images = { list: images, readAtMs: now() };
    } catch {
      return this.#images.list;
    }
    return this.#images.list;
  }
}
