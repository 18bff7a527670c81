import { messageOf, SlipwayError } from "../../base/errors.ts";
import type { Host } from "../../hosts/host.ts";
import { containersLastWords, kubeletLastWords } from "./last-words.ts";

/** Why a component whose container was ended did not come back, as the host tells it (CONTAINER_NOT_RESTARTED). */
export async function notRestarted(name: string, host: Host, thrown: unknown): Promise<SlipwayError> {
  const words = await Promise.all([kubeletLastWords(host), containersLastWords(host, [name])]);
  return new SlipwayError(
    {
      code: "CONTAINER_NOT_RESTARTED",
      exit: "hostStep",
      host: host.name,
      message: `the kubelet did not start ${name} again`,
      tried: "to end its container, and to find a new one that runs",
      got: [messageOf(thrown), ...words].join("\n"),
      remedy: "read `journalctl -u kubelet` and the logs under /var/log/pods on that host",
    },
    { cause: thrown },
  );
}
