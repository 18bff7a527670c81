import type { Phase } from "../engine/phase.ts";
import type { Resource } from "../engine/resource.ts";
import { absent } from "../engine/resources/absent.ts";
import { action } from "../engine/resources/action.ts";

/** Links and tables of our own network, and nobody else's: no firewall is flushed. */
const links = ["slipway.1", "cni0"];
const tables = ["ip kube-proxy", "ip6 kube-proxy", "ip slipway-cni", "ip6 slipway-cni"];
/** The number by which the kernel knows routes that the network's agent wrote. */
const routeProtocol = "76";

/** Takes down what the network add-on and kube-proxy laid into the kernel. */
export const removeNetwork: Phase<unknown> = {
  id: "remove-network",
  title: "Take the pod network down",
  dependsOn: ["remove-pods"],
  goesOn: true,
  appliesTo: () => true,
  resources: () => [
    absent("/etc/cni/net.d/10-slipway.conflist"),
    absent("/var/lib/slipway-cni", { recursive: true }),
    ...links.map(link),
    ...tables.map(table),
    action("routes:slipway", {
      makes: "no routes of the pod network",
      check: ["sh", "-c", `[ -z "$(ip route show proto ${routeProtocol})" ]`],
      run: [["ip", "route", "flush", "proto", routeProtocol]],
    }),
  ],
};

function link(name: string): Resource {
  return action(`link:${name}`, {
    makes: `no link ${name}`,
    check: ["sh", "-c", '! ip link show "$1" >/dev/null 2>&1', "sh", name],
    run: [["ip", "link", "delete", name]],
  });
}

function table(name: string): Resource {
  const [family = "", own = ""] = name.split(" ");
  return action(`nftables:${name}`, {
    makes: `no table ${name}`,
    check: ["sh", "-c", '! nft list table "$1" "$2" >/dev/null 2>&1', "sh", family, own],
    run: [["nft", "delete", "table", family, own]],
  });
}
