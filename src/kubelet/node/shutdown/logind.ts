import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const dropIn = "/etc/systemd/logind.conf.d/99-kubelet.conf";
const match = "type='signal',interface='org.freedesktop.login1.Manager',member='PrepareForShutdown'";

/** A busctl that says nothing is taken to listen after this long. */
const listensWithinMs = 10_000;

/** Holds back the host's shutdown through systemd-logind, and tells when one begins. */
export class ShutdownInhibitor {
  readonly #children: ChildProcess[] = [];

  /** `onShutdown` is called when a shutdown begins; it then waits for `release`, at most as long as logind allows. */
  async start(delayMs: number, onShutdown: () => void): Promise<void> {
    await mkdir("/etc/systemd/logind.conf.d", { recursive: true });
    const text = `# Kubelet logind override\n[Login]\nInhibitDelayMaxSec=${Math.ceil(delayMs / 1000)}\n`;
    await writeFile(dropIn, text, { mode: 0o644 });
    await ended(spawn("systemctl", ["kill", "-s", "HUP", "systemd-logind"], { stdio: "ignore" }));
    // It listens before it holds: a shutdown that is told in between would be held back, but not heard of.
    await this.#listen(onShutdown);
    const why = "Kubelet needs time to handle node shutdown";
    // The lock lasts as long as the process: it reads from a pipe that nobody writes to.
    const argv = ["--what=shutdown", "--who=kubelet", `--why=${why}`, "--mode=delay", "cat"];
    this.#keep(spawn("systemd-inhibit", argv, { stdio: ["pipe", "ignore", "ignore"] }));
  }

  /** The shutdown may go on. */
  release(): void {
    for (const child of this.#children.splice(0)) child.kill();
  }

  /** Resolves once signals are heard: busctl then says "Monitoring bus message stream.". */
  async #listen(onShutdown: () => void): Promise<void> {
    const argv = ["--system", "--json=short", "monitor", "--match", match];
    const monitor = spawn("busctl", argv, { stdio: ["ignore", "pipe", "pipe"] });
    this.#keep(monitor);
    createInterface({ input: monitor.stdout }).on("line", (line) => {
      if (isBeginning(line)) onShutdown();
    });
    const said = new Promise((resolve) => monitor.stderr.once("data", resolve).resume());
    await Promise.race([said, ended(monitor), sleep(listensWithinMs, undefined, { ref: false })]);
  }

  #keep(child: ChildProcess): void {
    child.on("error", () => undefined);
    this.#children.push(child);
  }
}

/** PrepareForShutdown(true) begins a shutdown, (false) says that it was called off. */
export function isBeginning(line: string): boolean {
  try {
    const { payload } = JSON.parse(line) as { payload?: { data?: unknown[] } };
    return payload?.data?.[0] === true;
  } catch {
    return false;
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on("error", () => resolve());
    child.on("exit", () => resolve());
  });
}
