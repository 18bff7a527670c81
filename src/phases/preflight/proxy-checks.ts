import { formatCidr, nthAddress, parseCidrs } from "../../base/cidr.ts";
import { httpsProxyFor } from "../../base/http-proxy.ts";
import { formatIp, hostPort } from "../../base/ip-address.ts";
import type { Check } from "../engine/check.ts";
import { isOurNode, journalProbe } from "./own-host.ts";
import type { PreflightNode } from "./preflight-context.ts";

type Environment = Readonly<Record<string, string>>;

/** A host's proxies must not stand between the parts of its cluster; by the variables that the cluster file gives it. */
export function proxyChecks(nodes: readonly PreflightNode[], environment: Environment): Check[] {
  return [
    check("HTTPProxy", apiServerComplaints(nodes, environment)),
    check("HTTPProxyCIDR", subnetComplaints(nodes, environment)),
  ];
}

function check(name: string, messages: readonly string[]): Check {
  return {
    name,
    probe: () => (messages.length > 0 ? [journalProbe] : []),
    judge: ([journal]) => (isOurNode(journal) ? [] : messages.map((message) => ({ severity: "warning", message }))),
  };
}

/** The API servers that the host would ask through a proxy. */
function apiServerComplaints(nodes: readonly PreflightNode[], environment: Environment): string[] {
  return nodes.flatMap(({ role, input }) => {
    const { advertiseAddress: address, bindPort } = input.init.localAPIEndpoint;
    const proxy = role === "control-plane" && address !== "" && httpsProxyFor(environment, address, bindPort);
    return proxy
      ? [`the API server ${hostPort(address, bindPort)} would be asked through ${told(proxy)}: name it in NO_PROXY`]
      : [];
  });
}

/** By the first address of each network, as kubeadm does; all nodes of a cluster have the same networks. */
function subnetComplaints([node]: readonly PreflightNode[], environment: Environment): string[] {
  const { podSubnet = "", serviceSubnet = "" } = node?.input.cluster.networking ?? {};
  return (parseCidrs([serviceSubnet, podSubnet].filter(Boolean).join(",")) ?? []).flatMap((cidr) => {
    const first = nthAddress(cidr, 1);
    const proxy = first && httpsProxyFor(environment, formatIp(first));
    return proxy ? [`${formatCidr(cidr)} would be asked through ${told(proxy)}: name it in NO_PROXY`] : [];
  });
}

/** A proxy's address without the user and password that it may carry. */
function told(proxy: string): string {
  return `the proxy ${proxy.replace(/\/\/[^@/]*@/, "//")}`;
}
