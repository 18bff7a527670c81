import type { Resource } from "../engine/resource.ts";
import { directory } from "../engine/resources/directory.ts";
import { symlink } from "../engine/resources/symlink.ts";

/** The plugins of github.com/containernetworking/plugins that Debian packs into /usr/lib/cni. */
const plugins = [
  ...["bandwidth", "bridge", "dhcp", "firewall", "host-device", "host-local", "ipvlan", "loopback", "macvlan"],
  ...["portmap", "ptp", "sbr", "static", "tuning", "vlan", "vrf"],
];

/**
 * Where the runtime looks for the pod network. It watches this very folder: in one that was removed and made again, as it is
 * after `kubeadm reset` by its instructions, containerd sees nothing until it restarts.
 */
export const networkConfigurations: Resource = directory("/etc/cni/net.d", { mode: 0o755 });

/** The folders where Kubernetes expects plugins and network configurations; Debian's plugins are linked in. */
export function cniFolders(hasDebianPlugins: boolean): readonly Resource[] {
  return [
    directory("/opt/cni/bin", { mode: 0o755 }),
    networkConfigurations,
    ...(hasDebianPlugins ? plugins.map((name) => symlink(`/opt/cni/bin/${name}`, `/usr/lib/cni/${name}`)) : []),
  ];
}
