import { join } from "node:path";
import { conflist } from "./conflist.ts";
import type { Flags } from "./flags.ts";
import { ensureMasquerade } from "./kernel/masquerade-table.ts";
import { clearPodBridge } from "./kernel/pod-bridge.ts";
import { syncRoutes } from "./kernel/routes.ts";
import { uplinkOf } from "./kernel/uplink.ts";
import { ensureVtep, removeVtep } from "./kernel/vtep.ts";
import { type Neighbourhood, routesTo, vxlan } from "./overlay.ts";
import { replaceFile } from "./replace-file.ts";

/**
 * Makes this node's network what the nodes of the cluster ask for: VTEP, routes, masquerade, and at last the plugins'
 * configuration, by which the runtime sees that pods can have addresses.
 */
export async function converge({ self, others }: Neighbourhood, flags: Flags): Promise<void> {
  const { backend, podNetwork } = flags;
  const uplink = await uplinkOf(self.address);
  if (backend === "vxlan") await ensureVtep({ address: self.address, podCidr: self.podCidr, uplink });
  else await removeVtep();
  await syncRoutes(routesTo(others, { backend, link: uplink.name }), backend);
  await ensureMasquerade({ podNetwork, podCidr: self.podCidr });
  await clearPodBridge(self.podCidr);
  const mtu = backend === "vxlan" ? uplink.mtu - vxlan.overheadBytes : uplink.mtu;
  await replaceFile(join(flags.confDir, "10-slipway.conflist"), conflist({ podCidrs: [self.podCidr], mtu }));
}
