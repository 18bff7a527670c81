/** The most ids that are remembered; an end is looked at soon after it came. */
const remembered = 1000;

/**
 * Which containers the kernel's OOM killer ended. Runtimes tell it by an event, which older ones lose when the container's
 * cgroup goes before it was read; the kernel's log names the cgroup as well.
 */
export class OomKills {
  readonly #ids = new Set<string>();
  readonly #newLines: () => readonly string[];

  /** `newLines` gives the lines of the kernel's log since it was last asked. */
  constructor(newLines: () => readonly string[]) {
    this.#newLines = newLines;
  }

  /** The runtime has told of one. */
  note(containerId: string): void {
    this.#ids.add(containerId);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= remembered) return;
      this.#ids.delete(oldest);
    }
  }

  has(containerId: string): boolean {
    if (this.#ids.has(containerId)) return true;
    for (const line of this.#newLines()) {
      const victim = victimOf(line);
      if (victim) this.note(victim);
    }
    return this.#ids.has(containerId);
  }
}

/** The container in whose cgroup a process was killed: cgroupfs ends in its id, systemd in `<runtime>-<id>.scope`. */
export function victimOf(line: string): string | undefined {
  return /oom-kill:.*\btask_memcg=[^,]*?([0-9a-f]{64})(?:\.scope)?(?:\/[^,]*)?,/.exec(line)?.[1];
}
