import { statSync } from "node:fs";
import { messageOf } from "../../../base/errors.ts";
import type { Flags } from "../flags/flags.ts";
import { type Material, materialFiles, readMaterial } from "./material.ts";

const lookEveryMs = 2000;

/**
 * The files that the flags name, kept up with the disk: renewed certificates and CAs come into use without a restart, as
 * upstream's do. Files that don't fit together (a certificate whose key is still to be written) leave the old ones in use.
 */
export class LiveMaterial {
  readonly #flags: Flags;
  readonly #listeners: ((material: Material) => void)[] = [];
  #current: Material;
  #seen: string;

  /** Throws SlipwayError for files that can't be read, or don't fit together, at the start. */
  constructor(flags: Flags) {
    this.#flags = flags;
    this.#seen = fingerprint(flags);
    this.#current = readMaterial(flags);
  }

  get current(): Material {
    return this.#current;
  }

  /** Calls back after each change. */
  onChange(listener: (material: Material) => void): void {
    this.#listeners.push(listener);
  }

  /** Looks at the files every other second until the signal ends it. */
  follow(signal: AbortSignal, on: { changed(): void; failed(problem: string): void }): void {
    const timer = setInterval(() => this.#look(on), lookEveryMs);
    timer.unref();
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  #look(on: { changed(): void; failed(problem: string): void }): void {
    const now = fingerprint(this.#flags);
    if (now === this.#seen) return;
    this.#seen = now;
    try {
      this.#current = readMaterial(this.#flags);
      for (const listener of this.#listeners) listener(this.#current);
      on.changed();
    } catch (error) {
      on.failed(messageOf(error));
    }
  }
}

/** What tells a rewritten or replaced file from the one before. */
function fingerprint(flags: Flags): string {
  return materialFiles(flags)
    .map(({ path }) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return `${path} ${stat?.ino} ${stat?.mtimeMs} ${stat?.size}`;
    })
    .join("\n");
}
