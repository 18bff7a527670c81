import type { Resource } from "../engine/resource.ts";
import { directory } from "../engine/resources/directory.ts";
import { symlink } from "../engine/resources/symlink.ts";

/** The plugins of github.com/containernetworking/plugins that Debian packs into /usr/lib/cni. */
const plugins = [
  ...["bandwidth", "bridge", "dhcp", "firewall", "host-device", "host-local", "ipvlan", "loopback", "macvlan"],
  ...["portmap", "ptp", "sbr", "static", "tuning", "vlan", "vrf"],
];

/** The folders where Kubernetes expects plugins and network configurations; Debian's plugins are linked in. */
export function cniFolders(hasDebianPlugins: boolean): readonly Resource[] {
  return [
    directory("/opt/cni/bin", { mode: 0o755 }),
    directory("/etc/cni/net.d", { mode: 0o755 }),
    ...(hasDebianPlugins ? plugins.map((name) => symlink(`/opt/cni/bin/${name}`, `/usr/lib/cni/${name}`)) : []),
  ];
}
