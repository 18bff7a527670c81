import { runCommand } from "../../../kube/program/run-command.ts";
import type { Backend, Route } from "../overlay.ts";
import { vxlan } from "../overlay.ts";
import { batch, ipJson } from "./ip.ts";

/** Our own number among the kernel's route protocols, so that only our routes are ever removed. */
const routeProtocol = 76;

type KernelRoute = { readonly dst: string; readonly dev: string; readonly gateway?: string };
type Forwarding = { readonly mac: string; readonly dst?: string };
type Neighbour = { readonly dst: string; readonly lladdr?: string; readonly state?: readonly string[] };

/**
 * Brings this node's entries to `routes`: removes what is ours and stands for no node any more, adds what is missing. The
 * way to a node is laid from its end: who forwards, who is neighbour, then the route, so that no packet gets lost on it.
 */
export async function syncRoutes(routes: readonly Route[], backend: Backend): Promise<void> {
  if (backend === "vxlan") await syncForwarding(routes);
  const neighbours = backend === "vxlan" ? await neighbourChanges(routes) : { added: [], removed: [] };
  const current = await ipJson<KernelRoute>(["route", "show", "proto", String(routeProtocol)]);
  const wanted = new Set(routes.map(({ podCidr, via, device }) => `${podCidr} ${via} ${device}`));
  const there = new Set(current.map(keyOf));
  const destinations = new Set(routes.map(({ podCidr, device }) => `${podCidr} ${device}`));
  await batch("ip", [
    ...neighbours.added,
    ...routes
      .filter(({ podCidr, via, device }) => !there.has(`${podCidr} ${via} ${device}`))
      .map(
        ({ podCidr, via, device }) => `route replace ${podCidr} via ${via} dev ${device} onlink proto ${routeProtocol}`,
      ),
    ...current
      .filter((route) => !wanted.has(keyOf(route)) && !destinations.has(`${route.dst} ${route.dev}`))
      .map(({ dst, dev }) => `route del ${dst} dev ${dev} proto ${routeProtocol}`),
    ...neighbours.removed,
  ]);
}

function keyOf({ dst, gateway, dev }: KernelRoute): string {
  return `${dst} ${gateway} ${dev}`;
}

/** Permanent neighbours of the VTEP: which MAC each other node's VTEP has. */
async function neighbourChanges(routes: readonly Route[]): Promise<{ added: string[]; removed: string[] }> {
  const found = (await ipJson<Neighbour>(["neigh", "show", "dev", vxlan.device])).filter(({ state }) =>
    state?.includes("PERMANENT"),
  );
  const there = new Set(found.map(({ dst, lladdr }) => `${dst} ${lladdr}`));
  const known = new Set(routes.map(({ via }) => via));
  return {
    added: routes
      .filter(({ via, lladdr }) => lladdr && !there.has(`${via} ${lladdr}`))
      .map(({ via, lladdr }) => `neigh replace ${via} lladdr ${lladdr} nud permanent dev ${vxlan.device}`),
    removed: found.filter(({ dst }) => !known.has(dst)).map(({ dst }) => `neigh del ${dst} dev ${vxlan.device}`),
  };
}

/** Forwarding entries of the VTEP: which node each MAC is behind. */
async function syncForwarding(routes: readonly Route[]): Promise<void> {
  const listing = await runCommand("bridge", ["-json", "fdb", "show", "dev", vxlan.device]);
  const entries = listing.trim() === "" ? [] : (JSON.parse(listing) as Forwarding[]);
  const wanted = new Map(routes.flatMap(({ lladdr, remote }) => (lladdr && remote ? [[lladdr, remote] as const] : [])));
  const there = new Map(entries.flatMap(({ mac, dst }) => (dst ? [[mac, dst] as const] : [])));
  const stale = entries.filter(({ mac, dst }) => dst && wanted.get(mac) !== dst);
  const missing = [...wanted].filter(([mac, remote]) => there.get(mac) !== remote);
  await batch("bridge", [
    ...stale.map(({ mac, dst }) => `fdb del ${mac} dev ${vxlan.device} dst ${dst} self`),
    ...missing.map(([mac, remote]) => `fdb replace ${mac} dev ${vxlan.device} dst ${remote} self permanent`),
  ]);
}
