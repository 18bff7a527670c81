import { expect, test } from "vitest";
import { slicePlan, type Wanted } from "../../../../src/components/controller-manager/endpoints/slice-plan.ts";
import type { Endpoint, EndpointSlice } from "../../../../src/kube/kinds/endpoints.ts";

const ports = [{ name: "http", protocol: "TCP", port: 80 }];
const endpoint = (index: number, ready = true): Endpoint => ({
  addresses: [`10.0.0.${index}`],
  conditions: { ready },
  targetRef: { uid: `u${index}` },
});
const slice = (name: string, endpoints: Endpoint[], more: Partial<EndpointSlice> = {}): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name },
  addressType: "IPv4",
  ports,
  endpoints,
  ...more,
});
const wanted = (...endpoints: Endpoint[]): Wanted[] => [{ family: "IPv4", ports, endpoints }];
const summary = ({ create, update, remove }: ReturnType<typeof slicePlan>) => ({
  create: create.map(({ endpoints }) => endpoints?.length),
  update: update.map(({ metadata, endpoints }) => [metadata.name, endpoints?.length]),
  remove: remove.map(({ metadata }) => metadata.name),
});

test.each<[string, EndpointSlice[], Wanted[], ReturnType<typeof summary>]>([
  [
    "nothing is changed when all is right",
    [slice("a", [endpoint(1)])],
    wanted(endpoint(1)),
    { create: [], update: [], remove: [] },
  ],
  [
    "a new endpoint fills a slice with room",
    [slice("a", [endpoint(1)])],
    wanted(endpoint(1), endpoint(2)),
    { create: [], update: [["a", 2]], remove: [] },
  ],
  [
    "full slices make a new one",
    [slice("a", [endpoint(1), endpoint(2)])],
    wanted(endpoint(1), endpoint(2), endpoint(3)),
    { create: [1], update: [], remove: [] },
  ],
  [
    "an endpoint that changed stays where it is",
    [slice("a", [endpoint(1), endpoint(2)])],
    wanted(endpoint(1), endpoint(2, false)),
    { create: [], update: [["a", 2]], remove: [] },
  ],
  [
    "an empty slice goes when another has some",
    [slice("a", [endpoint(1)]), slice("b", [endpoint(2)])],
    wanted(endpoint(1)),
    { create: [], update: [], remove: ["b"] },
  ],
  [
    "without endpoints one empty slice stays",
    [slice("a", [endpoint(1)])],
    wanted(),
    { create: [], update: [["a", 0]], remove: [] },
  ],
  ["without endpoints and slices one is made", [], wanted(), { create: [0], update: [], remove: [] }],
  [
    "slices of other ports go",
    [slice("a", [endpoint(1)], { ports: [{ name: "http", protocol: "TCP", port: 81 }] })],
    wanted(endpoint(1)),
    { create: [1], update: [], remove: ["a"] },
  ],
  [
    "many are spread over full slices",
    [],
    wanted(...[1, 2, 3, 4, 5].map((index) => endpoint(index))),
    { create: [2, 2, 1], update: [], remove: [] },
  ],
])("%s", (_, existing, want, expected) => {
  expect(summary(slicePlan(existing, want, 2))).toEqual(expected);
});
