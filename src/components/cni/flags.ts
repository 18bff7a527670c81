import { parseArgs } from "node:util";
import type { Backend } from "./overlay.ts";

export type Flags = {
  readonly kubeconfig: string;
  readonly nodeName: string;
  /** The cluster's pod subnet: what is not masqueraded. */
  readonly podNetwork: string;
  readonly backend: Backend;
  readonly confDir: string;
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
      "healthz-port": { type: "string", default: "10247" },
    },
  });
  const { kubeconfig, "node-name": nodeName, "pod-network-cidr": podNetwork, backend, "conf-dir": confDir } = values;
  const healthzPort = Number(values["healthz-port"]);
  if (!kubeconfig) throw new Error("--kubeconfig is required");
  if (!nodeName) throw new Error("--node-name is required");
  if (!podNetwork) throw new Error("--pod-network-cidr is required");
  if (backend !== "vxlan" && backend !== "host-gw") throw new Error(`--backend is vxlan or host-gw, not ${backend}`);
  if (!Number.isInteger(healthzPort)) throw new Error(`--healthz-port is a port, not ${values["healthz-port"]}`);
  return { kubeconfig, nodeName, podNetwork, backend, confDir, healthzPort };
}
