import { parseDuration } from "../../base/duration.ts";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { until } from "../../base/until.ts";
import type { Host } from "../../hosts/host.ts";
import { isHostLost, lostHost } from "../../hosts/lost-host.ts";
import type { KubeClient } from "../../kube/client.ts";
import type { Mode } from "../engine/phase.ts";
import { containersLastWords, kubeletLastWords } from "./last-words.ts";
import type { NodeWish } from "./node-wish.ts";

export type Waiting = { readonly signal: AbortSignal; readonly mode?: Mode };

const planWaitMs = 5_000;

type Place = { readonly host: Host; readonly node: NodeWish };

/**
 * Waits until the API server that a client speaks with says that it is ready; a plan, which starts nothing, waits a moment only.
 * Throws CONTROL_PLANE_NOT_READY with what the host tells of the reason.
 */
export async function awaitApiServer(client: KubeClient, place: Place, { signal, mode }: Waiting): Promise<void> {
  const withinMs = mode === "plan" ? planWaitMs : controlPlaneWithinMs(place.node);
  try {
    await until(async () => (await client.request({ method: "GET", path: "/readyz" })).status === 200, {
      for: `kube-apiserver /readyz on ${place.host.name}`,
      withinMs,
      everyMs: 100,
      signal,
      isFinal: isHostLost,
    });
  } catch (thrown) {
    signal.throwIfAborted();
    throw lostHost(thrown) ?? (await notReady(place, thrown));
  }
}

/** How long a control plane may take to come up, in ms. */
export function controlPlaneWithinMs({ input }: NodeWish): number {
  return parseDuration(input.init.timeouts.controlPlaneComponentHealthCheck) ?? 240_000;
}

/** The reason why a control plane does not come up, from the places where it says so itself: the probe, the kubelet, its containers. */
export async function notReady(
  { host, node }: Place,
  thrown: unknown,
  names: readonly string[] = ["etcd", "kube-apiserver"],
): Promise<SlipwayError> {
  const words = await Promise.all([kubeletLastWords(host), containersLastWords(host, names)]);
  const { advertiseAddress, bindPort } = node.input.init.localAPIEndpoint;
  return new SlipwayError(
    {
      code: "CONTROL_PLANE_NOT_READY",
      exit: "clusterApi",
      host: host.name,
      message: "the control plane did not become ready",
      tried: `GET https://${advertiseAddress}:${bindPort}/readyz`,
      got: [messageOf(thrown), ...words].join("\n"),
      remedy: "read `journalctl -u kubelet` and the logs under /var/log/pods on that host",
    },
    { cause: thrown },
  );
}
