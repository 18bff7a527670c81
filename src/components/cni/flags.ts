import { parseArgs } from "node:util";
import { parseCidr } from "../../base/cidr.ts";
import type { Backend } from "./overlay.ts";

export type Flags = {
  readonly kubeconfig: string;
  readonly nodeName: string;
  /** The cluster's pod subnet: what is not masqueraded. */
  readonly podNetwork: string;
  readonly backend: Backend;
  readonly confDir: string;
  /** Keeps what must outlast a reboot. */
  readonly stateDir: string;
  /** Served on 127.0.0.1. */
  readonly healthzPort: number;
};

/** Parses the command line; throws with the flag's name for what is unknown or missing. */
export function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      kubeconfig: { type: "string" },
      "node-name": { type: "string" },
      "pod-network-cidr": { type: "string" },
      backend: { type: "string", default: "vxlan" },
      "conf-dir": { type: "string", default: "/etc/cni/net.d" },
      "state-dir": { type: "string", default: "/var/lib/slipway-cni" },
      "healthz-port": { type: "string", default: "10247" },
    },
  });
  const { kubeconfig, "node-name": nodeName, "pod-network-cidr": podNetwork, backend } = values;
  const healthzPort = Number(values["healthz-port"]);
  if (!kubeconfig) throw new Error("--kubeconfig is required");
  if (!nodeName) throw new Error("--node-name is required");
  if (!podNetwork) throw new Error("--pod-network-cidr is required");
  if (parseCidr(podNetwork)?.address.family !== 4)
    throw new Error(`--pod-network-cidr is one IPv4 network, not ${podNetwork}: IPv6 is not served yet`);
  if (backend !== "vxlan" && backend !== "host-gw") throw new Error(`--backend is vxlan or host-gw, not ${backend}`);
  if (!Number.isInteger(healthzPort)) throw new Error(`--healthz-port is a port, not ${values["healthz-port"]}`);
  const { "conf-dir": confDir, "state-dir": stateDir } = values;
  return { kubeconfig, nodeName, podNetwork, backend, confDir, stateDir, healthzPort };
}
