import { parseDuration } from "../../base/duration.ts";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { until } from "../../base/until.ts";
import { kubernetesDir } from "../../config/kubeadm/constants.ts";
import type { Host } from "../../hosts/host.ts";
import { isHostLost, lostHost } from "../../hosts/lost-host.ts";
import type { KubeClient } from "../../kube/client.ts";
import { connectionFromKubeconfig } from "../../kube/connection.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";
import type { Mode } from "../engine/phase.ts";
import type { HostMaterials } from "./host-materials.ts";
import type { NodeWish } from "./node-wish.ts";

/** Who asks: admin.conf's user needs a binding that only super-admin.conf's can make. */
export type Identity = "admin" | "super-admin";

type Waiting = { readonly signal: AbortSignal; readonly mode?: Mode };

const planWaitMs = 5_000;

/**
 * The cluster's API server through the first control plane's tunnel: what no operator's machine can reach directly, a
 * host can. One connection per identity and run.
 */
export class ClusterApi {
  readonly #materials: HostMaterials;
  readonly #clients = new Map<Identity, Promise<KubeClient>>();
  #isReady: Promise<void> | undefined;

  constructor(materials: HostMaterials) {
    this.#materials = materials;
  }

  client(first: { host: Host; node: NodeWish }, identity: Identity = "admin"): Promise<KubeClient> {
    const client = this.#clients.get(identity) ?? this.#connect(first, identity);
    this.#clients.set(identity, client);
    return client;
  }

  /** Waits once a run until the API server says that it is ready; a plan, which starts nothing, waits a moment only. */
  ready(first: { host: Host; node: NodeWish }, waiting: Waiting): Promise<void> {
    this.#isReady ??= this.#awaitReady(first, waiting);
    return this.#isReady;
  }

  async close(): Promise<void> {
    const clients = await Promise.allSettled(this.#clients.values());
    for (const client of clients) if (client.status === "fulfilled") client.value.close();
  }

  async #connect({ host, node }: { host: Host; node: NodeWish }, identity: Identity): Promise<KubeClient> {
    const path = `${kubernetesDir}/${identity}.conf`;
    const connection = connectionFromKubeconfig(await this.#materials.file(host, node.input, path), kubernetesDir);
    const { advertiseAddress, bindPort } = node.input.init.localAPIEndpoint;
    return createKubeClient({
      ...connection,
      dial: () => host.tunnel({ kind: "tcp", host: advertiseAddress, port: bindPort }),
    });
  }

  async #awaitReady(first: { host: Host; node: NodeWish }, { signal, mode }: Waiting): Promise<void> {
    const client = await this.client(first, "super-admin");
    const { controlPlaneComponentHealthCheck } = first.node.input.init.timeouts;
    const withinMs = mode === "plan" ? planWaitMs : (parseDuration(controlPlaneComponentHealthCheck) ?? 240_000);
    try {
      await until(async () => (await client.request({ method: "GET", path: "/readyz" })).status === 200, {
        for: `kube-apiserver /readyz on ${first.host.name}`,
        withinMs,
        everyMs: 100,
        signal,
        isFinal: isHostLost,
      });
    } catch (thrown) {
      signal.throwIfAborted();
      throw lostHost(thrown) ?? (await notReady(first, thrown));
    }
  }
}

/** The reason why a control plane does not come up, from the places where it says so itself. */
async function notReady({ host, node }: { host: Host; node: NodeWish }, thrown: unknown): Promise<SlipwayError> {
  const script = `systemctl status --no-pager --lines=5 kubelet 2>&1 | tail -n 6
for log in $(ls -t /var/log/pods/kube-system_{kube-apiserver,etcd}-*/*/*.log 2>/dev/null | head -n 2); do echo "== $log"; tail -n 5 "$log"; done`;
  const told = await host.run(["bash", "-c", script], { okExitCodes: [0, 1, 2, 3, 4], deadlineMs: 10_000 }).then(
    ({ stdout }) => stdout,
    () => "",
  );
  const { advertiseAddress, bindPort } = node.input.init.localAPIEndpoint;
  return new SlipwayError(
    {
      code: "CONTROL_PLANE_NOT_READY",
      exit: "clusterApi",
      host: host.name,
      message: "the API server did not become ready",
      tried: `GET https://${advertiseAddress}:${bindPort}/readyz`,
      got: `${messageOf(thrown)}\n${told}`,
      remedy: "read `journalctl -u kubelet` and the logs under /var/log/pods on that host",
    },
    { cause: thrown },
  );
}
