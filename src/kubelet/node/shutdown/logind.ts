import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const dropIn = "/etc/systemd/logind.conf.d/99-kubelet.conf";
const match = "type='signal',interface='org.freedesktop.login1.Manager',member='PrepareForShutdown'";

/** Holds back the host's shutdown through systemd-logind, and tells when one begins. */
export class ShutdownInhibitor {
  readonly #children: ChildProcess[] = [];

  /** `onShutdown` is called when a shutdown begins; it then waits for `release`, at most as long as logind allows. */
  async start(delayMs: number, onShutdown: () => void): Promise<void> {
    await mkdir("/etc/systemd/logind.conf.d", { recursive: true });
    const text = `# Kubelet logind override\n[Login]\nInhibitDelayMaxSec=${Math.ceil(delayMs / 1000)}\n`;
    await writeFile(dropIn, text, { mode: 0o644 });
    await ended(spawn("systemctl", ["kill", "-s", "HUP", "systemd-logind"], { stdio: "ignore" }));
    const why = "Kubelet needs time to handle node shutdown";
    // The lock lasts as long as the process: it reads from a pipe that nobody writes to.
    const argv = ["--what=shutdown", "--who=kubelet", `--why=${why}`, "--mode=delay", "cat"];
    this.#keep(spawn("systemd-inhibit", argv, { stdio: ["pipe", "ignore", "ignore"] }));
    const monitor = this.#keep(
      spawn("busctl", ["--system", "--json=short", "monitor", "--match", match], {
        stdio: ["ignore", "pipe", "ignore"],
      }),
    );
    if (!monitor.stdout) return;
    createInterface({ input: monitor.stdout }).on("line", (line) => {
      if (isBeginning(line)) onShutdown();
    });
  }

  /** The shutdown may go on. */
  release(): void {
    for (const child of this.#children.splice(0)) child.kill();
  }

  #keep(child: ChildProcess): ChildProcess {
    child.on("error", () => undefined);
    this.#children.push(child);
    return child;
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
