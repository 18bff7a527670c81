import { ports } from "../../config/kubeadm/constants.ts";
import type { Check } from "../engine/check.ts";
import { statePaths } from "../engine/state-directory.ts";
import type { PreflightNode } from "./preflight-context.ts";

/** An address and port that one host must reach on another. */
export type Destination = { readonly host: string; readonly address: string; readonly port: number };

/**
 * Connects to every destination at once and prints those where nothing answered. A refused connection is an answer:
 * packets pass, and nothing listens there yet.
 */
const reachScript = `grep -qs '"file:/var/lib/kubelet/config.yaml"' ${statePaths.journal} && exit 0
for destination in "$@"; do
  address=\${destination%@*} port=\${destination#*@}
  {
    said=$(timeout 5 bash -c "exec 3<>/dev/tcp/$address/$port" 2>&1)
    code=$?
    case $code:$said in 0:*|*refused*) ;; 124:*) echo "$destination no answer" ;; *) echo "$destination \${said##*: }" ;; esac
  } &
done
wait`;

/** From this host to the ports that its role needs on the others. Hosts that are nodes already are not asked again. */
export function reachCheck(destinations: readonly Destination[]): Check {
  const named = new Map(
    destinations.map(({ host, address, port }) => [`${address}@${port}`, `${host} (${address}:${port})`]),
  );
  return {
    name: "PortReach",
    probe: () =>
      named.size === 0 ? [] : [{ kind: "run", argv: ["bash", "-c", reachScript, "bash", ...named.keys()] }],
    judge: ([found]) => {
      const lines = found?.kind === "ran" ? found.stdout.split("\n").filter(Boolean) : [];
      return lines.map((line) => {
        const [destination = "", ...reason] = line.split(" ");
        return {
          severity: "error",
          message: `cannot reach ${named.get(destination) ?? destination}: ${reason.join(" ")}`,
        };
      });
    },
  };
}

/**
 * Who talks to whom in a cluster: everybody to the API servers, control planes to every kubelet and to each other's
 * etcd. Grows with control planes times hosts, not with hosts squared.
 */
export function destinationsOf(self: string, nodes: ReadonlyMap<string, PreflightNode>): Destination[] {
  const isControlPlane = nodes.get(self)?.role === "control-plane";
  return [...nodes].flatMap(([host, { role, input }]) => {
    const { advertiseAddress: address, bindPort } = input.init.localAPIEndpoint;
    if (host === self || address === "") return [];
    const etcd = isControlPlane && input.cluster.etcd.local ? [ports.etcdClient, ports.etcdPeer] : [];
    const wanted = [
      ...(role === "control-plane" ? [bindPort, ...etcd] : []),
      ...(isControlPlane ? [ports.kubelet] : []),
    ];
    return wanted.map((port) => ({ host, address, port }));
  });
}
