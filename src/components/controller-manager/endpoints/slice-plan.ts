import { isDeepStrictEqual } from "node:util";
import type { Endpoint, EndpointPort, EndpointSlice } from "../../../kube/kinds/endpoints.ts";
import type { IpFamily, ResolvedPort } from "./pod-endpoint.ts";

/** What a service's slices must hold for one family and one set of ports. */
export type Wanted = {
  readonly family: IpFamily;
  readonly ports: readonly ResolvedPort[];
  readonly endpoints: readonly Endpoint[];
};
export type SlicePlan = {
  readonly create: readonly Pick<EndpointSlice, "addressType" | "ports" | "endpoints">[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
};

/** The fewest writes that make the slices hold what is wanted, at most `most` endpoints in each. */
export function slicePlan(existing: readonly EndpointSlice[], wanted: readonly Wanted[], most: number): SlicePlan {
  const create: SlicePlan["create"][number][] = [];
  const update: EndpointSlice[] = [];
  const used = new Set<EndpointSlice>();
  for (const one of wanted) {
    const same = existing.filter((slice) => slice.addressType === one.family && samePorts(slice.ports, one.ports));
    for (const slice of same) used.add(slice);
    const step = pack(same, one, most);
    update.push(...step.update);
    create.push(...step.create);
    for (const slice of step.empty) used.delete(slice);
  }
  return { create, update, remove: existing.filter((slice) => !used.has(slice)) };
}

type Packed = { create: SlicePlan["create"][number][]; update: EndpointSlice[]; empty: EndpointSlice[] };

/** Endpoints stay in the slice where they are; new ones fill slices that change anyway, then those with room, then new slices. */
function pack(slices: readonly EndpointSlice[], { family, ports, endpoints }: Wanted, most: number): Packed {
  const waiting = new Map(endpoints.map((endpoint) => [identity(endpoint), endpoint]));
  const kept = slices.map((slice) => {
    const stays = (slice.endpoints ?? []).flatMap((old) => take(waiting, identity(old)));
    return { slice, endpoints: stays, changed: !isDeepStrictEqual(stays, slice.endpoints ?? []) };
  });
  const rest = [...waiting.values()];
  for (const one of kept.toSorted((a, b) => Number(b.changed) - Number(a.changed))) {
    const room = rest.splice(0, Math.max(0, most - one.endpoints.length));
    if (room.length === 0) continue;
    one.endpoints.push(...room);
    one.changed = true;
  }
  const create: Packed["create"] = [];
  while (rest.length > 0) create.push({ addressType: family, ports: [...ports], endpoints: rest.splice(0, most) });
  return placeholder({ family, ports, kept, create });
}

type Kept = { slice: EndpointSlice; endpoints: Endpoint[]; changed: boolean };

/** Without any endpoint one empty slice stays, so that consumers learn that there are none. */
function placeholder({
  family,
  ports,
  kept,
  create,
}: Pick<Wanted, "family" | "ports"> & { kept: Kept[]; create: Packed["create"] }): Packed {
  const filled = kept.filter(({ endpoints }) => endpoints.length > 0);
  const stay = filled.length > 0 || create.length > 0 ? filled : kept.slice(0, 1);
  const wantsEmpty = stay.length === 0 && create.length === 0;
  return {
    create: wantsEmpty ? [{ addressType: family, ports: [...ports], endpoints: [] }] : create,
    update: stay.filter(({ changed }) => changed).map(({ slice, endpoints }) => ({ ...slice, endpoints })),
    empty: kept.filter((one) => !stay.includes(one)).map(({ slice }) => slice),
  };
}

function take(waiting: Map<string, Endpoint>, key: string): Endpoint[] {
  const found = waiting.get(key);
  waiting.delete(key);
  return found ? [found] : [];
}

function identity({ addresses, targetRef }: Endpoint): string {
  return `${targetRef?.uid ?? targetRef?.name ?? ""} ${addresses[0]}`;
}

function samePorts(one: readonly EndpointPort[] | null | undefined, other: readonly ResolvedPort[]): boolean {
  const text = (ports: readonly EndpointPort[]) =>
    ports
      .map(({ name = "", protocol = "TCP", port, appProtocol = "" }) => `${name} ${protocol} ${port} ${appProtocol}`)
      .toSorted()
      .join();
  return text(one ?? []) === text(other);
}
