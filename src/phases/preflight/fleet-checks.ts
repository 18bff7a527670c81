import type { Facts } from "../../hosts/facts.ts";
import type { Check, Finding } from "../engine/check.ts";
import type { FleetMember } from "../engine/phase.ts";

/** Certificates are back-dated by five minutes (kubeadm), tokens are not: a minute apart is worth an error. */
const largestSkewMs = 60_000;
const notableSkewMs = 2_000;

type Sameness = {
  readonly name: string;
  readonly what: string;
  readonly valuesOf: (facts: Facts) => readonly string[];
};

/** What no two hosts may have in common; kubeadm sees one host only and can't check it. */
const samenesses: readonly Sameness[] = [
  { name: "UniqueHostname", what: "hostname", valuesOf: ({ hostname }) => [hostname] },
  { name: "UniqueMachineID", what: "machine id", valuesOf: ({ machineId }) => (machineId ? [machineId] : []) },
  {
    name: "UniqueAddress",
    what: "address",
    valuesOf: ({ defaultRouteAddress: address }) => (address ? [address] : []),
  },
];

/** Checks of one host against all the others of the run. */
export function fleetChecks(self: FleetMember, fleet: readonly FleetMember[]): Check[] {
  const others = fleet.filter(({ name }) => name !== self.name);
  const unique = samenesses.map((sameness) => check(sameness.name, () => sharedWith(self, others, sameness)));
  return [...unique, check("ClockSkew", () => skew(self, fleet))];
}

function check(name: string, judge: () => readonly Finding[]): Check {
  return { name, probe: () => [], judge };
}

function sharedWith(self: FleetMember, others: readonly FleetMember[], { what, valuesOf }: Sameness): Finding[] {
  return valuesOf(self.facts).flatMap((value) => {
    const twins = others.filter(({ facts }) => valuesOf(facts).includes(value)).map(({ name }) => name);
    if (twins.length === 0) return [];
    return [{ severity: "error", message: `${what} ${value} is also that of ${twins.join(", ")}` }];
  });
}

/** Held against the middle of all clocks, so that one wrong clock is told once. */
function skew({ facts }: FleetMember, fleet: readonly FleetMember[]): Finding[] {
  const offsets = fleet.map((one) => one.facts.clockOffsetMs).sort((a, b) => a - b);
  const offMs = Math.abs(facts.clockOffsetMs - (offsets[Math.floor(offsets.length / 2)] ?? 0));
  if (offMs < notableSkewMs) return [];
  const message = `the clock is ${(offMs / 1000).toFixed(1)} s away from that of the other hosts`;
  return [{ severity: offMs > largestSkewMs ? "error" : "warning", message }];
}
