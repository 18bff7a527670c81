import type { Host } from "../../hosts/host.ts";

/** How a host's kubelet stands and what it logged last; empty when the host does not say. */
export function kubeletLastWords(host: Host): Promise<string> {
  return told(host, ["systemctl", "status", "--no-pager", "--full", "--lines=5", "kubelet"], 7);
}

/** A container that was just started anew has said nothing yet: the reason stands in the log of the one before. */
const containersScript = `for name; do
  logs=$(ls -tr /var/log/pods/kube-system_"$name"-*/"$name"/*.log 2>/dev/null | tail -n 2)
  [ -n "$logs" ] || { echo "$name: no container of it was started"; continue; }
  echo "$name, in $(echo "$logs" | tail -n 1):"
  cat $logs | tail -n 5
done`;

/** The last log lines of the static pods' containers with these names; empty when the host does not say. */
export function containersLastWords(host: Host, names: readonly string[]): Promise<string> {
  return told(host, ["sh", "-c", containersScript, "sh", ...names], 7 * names.length);
}

async function told(host: Host, argv: readonly string[], lines: number): Promise<string> {
  return host.run(argv, { okExitCodes: [0, 1, 2, 3, 4], deadlineMs: 10_000 }).then(
    ({ stdout }) => stdout.trimEnd().split("\n").slice(-lines).join("\n"),
    () => "",
  );
}
