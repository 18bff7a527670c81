import type { Host } from "../../hosts/host.ts";
import type { Written } from "../engine/phase.ts";

/** The hosts whose kubelet a run has started: what the API tells of their Nodes may still be the word of the kubelet before. */
export class StartedKubelets {
  readonly #hosts = new Set<string>();

  note(host: string, written: readonly Written[]): void {
    if (written.some(({ id }) => id === "service:kubelet")) this.#hosts.add(host);
  }

  has(host: string): boolean {
    return this.#hosts.has(host);
  }
}

/** Seconds since 1970; systemd itself tells them by name of the day. */
const startScript =
  't=$(TZ=UTC systemctl show --property ActiveEnterTimestamp --value kubelet); [ -z "$t" ] || date -u -d "$t" +%s';

/** When the kubelet that runs was started, by the host's own clock; undefined where none runs. */
export async function kubeletStart(host: Host, signal: AbortSignal): Promise<Date | undefined> {
  const { stdout } = await host.run(["sh", "-c", startScript], { signal, deadlineMs: 10_000 });
  return stdout.trim() === "" ? undefined : new Date(Number(stdout) * 1000);
}
