import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Neighbourhood, Peer } from "./overlay.ts";
import { replaceFile } from "./replace-file.ts";

/** What was last in force, kept on the host: from it the network comes up again where the API server is away. */
export class LastKnown {
  readonly #path: string;

  constructor(stateDir: string) {
    this.#path = join(stateDir, "nodes.json");
  }

  save(nodes: Neighbourhood): Promise<void> {
    return replaceFile(this.#path, `${JSON.stringify(nodes)}\n`);
  }

  /** Undefined where nothing was saved for this node, or something else than this writes. */
  async read(nodeName: string): Promise<Neighbourhood | undefined> {
    const text = await readFile(this.#path, "utf8").catch(() => "");
    const found = parse(text);
    return found?.self.name === nodeName ? found : undefined;
  }
}

function parse(text: string): Neighbourhood | undefined {
  try {
    const { self, others } = JSON.parse(text) as { self?: unknown; others?: unknown };
    return isPeer(self) && Array.isArray(others) && others.every(isPeer) ? { self, others } : undefined;
  } catch {
    return undefined;
  }
}

function isPeer(given: unknown): given is Peer {
  const { name, address, podCidr } = (given ?? {}) as Record<string, unknown>;
  return [name, address, podCidr].every((value) => typeof value === "string");
}
