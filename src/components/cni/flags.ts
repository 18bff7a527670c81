import { parseArgs } from "node:util";
import type { Backend } from "./overlay.ts";

export type Flags = {
  readonly kubeconfig: string;
  readonly nodeName: string;
  /** The cluster's pod subnet: what is not masqueraded. */
  readonly podNetwork: string;
  readonly backend: Backend;
  readonly confDir: string;
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
    },
  });
  const { kubeconfig, "node-name": nodeName, "pod-network-cidr": podNetwork, backend, "conf-dir": confDir } = values;
  if (!kubeconfig) throw new Error("--kubeconfig is required");
  if (!nodeName) throw new Error("--node-name is required");
  if (!podNetwork) throw new Error("--pod-network-cidr is required");
  if (backend !== "vxlan" && backend !== "host-gw") throw new Error(`--backend is vxlan or host-gw, not ${backend}`);
  return { kubeconfig, nodeName, podNetwork, backend, confDir };
}
