import type { Host } from "../../hosts/host.ts";

/** How a host's kubelet stands and what it logged last; empty when the host does not say. */
export async function lastWordsOf(host: Host): Promise<string> {
  const argv = ["systemctl", "status", "--no-pager", "--full", "--lines=5", "kubelet"];
  return host.run(argv, { okExitCodes: [0, 1, 2, 3, 4], deadlineMs: 10_000 }).then(
    ({ stdout }) => stdout.trimEnd().split("\n").slice(-7).join("\n"),
    () => "",
  );
}
