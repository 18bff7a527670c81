import { expect, test } from "vitest";
import { type Family, settleFamilies } from "../../../../src/components/apiserver/allocation/ip-families.ts";

const one: readonly Family[] = ["IPv4"];
const two: readonly Family[] = ["IPv4", "IPv6"];
const selector = { app: "x" };

function settled(spec: object, configured: readonly Family[], before?: object) {
  const next = structuredClone({ selector, ...spec }) as Record<string, unknown>;
  const errors = settleFamilies(next, before as never, configured);
  return errors.length > 0 ? errors.map(({ field, message }) => `${field}: ${message}`) : next;
}

test.each([
  [{}, one, { ipFamilyPolicy: "SingleStack", ipFamilies: ["IPv4"] }],
  [{}, two, { ipFamilyPolicy: "SingleStack", ipFamilies: ["IPv4"] }],
  [{ ipFamilies: ["IPv6"] }, two, { ipFamilyPolicy: "SingleStack", ipFamilies: ["IPv6"] }],
  [{ ipFamilyPolicy: "PreferDualStack" }, one, { ipFamilies: ["IPv4"] }],
  [{ ipFamilyPolicy: "PreferDualStack" }, two, { ipFamilies: ["IPv4", "IPv6"] }],
  [{ ipFamilyPolicy: "RequireDualStack", ipFamilies: ["IPv6"] }, two, { ipFamilies: ["IPv6", "IPv4"] }],
  [{ clusterIP: "fd00::5" }, two, { clusterIPs: ["fd00::5"], ipFamilies: ["IPv6"], ipFamilyPolicy: "SingleStack" }],
  [{ clusterIP: "None" }, two, { clusterIPs: ["None"], ipFamilies: ["IPv4"] }],
  [{ clusterIP: "None", selector: {} }, one, { ipFamilyPolicy: "RequireDualStack", ipFamilies: ["IPv4", "IPv6"] }],
])("a new service %j in a cluster of %j becomes %j", (spec: object, configured: readonly Family[], wanted: object) => {
  expect(settled(spec, configured)).toMatchObject(wanted);
});

test.each([
  [
    { ipFamilyPolicy: "RequireDualStack" },
    one,
    'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  ],
  [{ ipFamilies: ["IPv6"] }, one, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
  [
    { ipFamilies: ["IPv4", "IPv6"] },
    two,
    "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
  ],
  [{ ipFamilies: ["IPv5"] }, two, 'spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"'],
  [
    { ipFamilyPolicy: "Any" },
    two,
    'spec.ipFamilyPolicy: Unsupported value: "Any": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
  ],
  [
    { clusterIP: "10.0.0.5", ipFamilies: ["IPv6"] },
    two,
    'spec.clusterIPs[0]: Invalid value: "10.0.0.5": expected an IPv6 value as indicated by `ipFamilies[0]`',
  ],
  [
    { clusterIP: "10.0.0.5", clusterIPs: ["10.0.0.6"] },
    two,
    'spec.clusterIPs: Invalid value: ["10.0.0.6"]: first value must match `clusterIP`',
  ],
  [
    { clusterIP: "10.0.0.5", clusterIPs: ["10.0.0.5", "10.0.0.6"], ipFamilyPolicy: "PreferDualStack" },
    two,
    'spec.clusterIPs: Invalid value: ["10.0.0.5","10.0.0.6"]: may specify no more than one IP for each IP family',
  ],
  [
    { clusterIP: "fd00::5" },
    one,
    'spec.clusterIPs[0]: Invalid value: ["fd00::5"]: IPv6 is not configured on this cluster',
  ],
])("%j in a cluster of %j is refused: %s", (spec: object, configured: readonly Family[], why: string) => {
  expect(settled(spec, configured)).toEqual([why]);
});

const single = {
  type: "ClusterIP",
  clusterIP: "10.0.0.5",
  clusterIPs: ["10.0.0.5"],
  ipFamilies: ["IPv4"],
  ipFamilyPolicy: "SingleStack",
};
const dual = {
  ...single,
  clusterIPs: ["10.0.0.5", "fd00::5"],
  ipFamilies: ["IPv4", "IPv6"],
  ipFamilyPolicy: "PreferDualStack",
};

test("a service gets its second family by asking, and gives it up by asking for one", () => {
  expect(settled({ ...single, ipFamilyPolicy: "PreferDualStack" }, two, single)).toMatchObject({
    ipFamilies: ["IPv4", "IPv6"],
  });
  expect(settled({ ...dual, ipFamilyPolicy: "SingleStack" }, two, dual)).toMatchObject({
    clusterIPs: ["10.0.0.5"],
    ipFamilies: ["IPv4"],
  });
  expect(settled({ ...dual, clusterIPs: ["10.0.0.5"] }, two, dual)).toEqual([
    "spec.ipFamilyPolicy: Invalid value: \"PreferDualStack\": must be 'SingleStack' to release the secondary cluster IP",
  ]);
});

test("a service that prefers two keeps what it has when the cluster changes", () => {
  expect(settled(dual, one, dual)).toMatchObject({ ipFamilies: ["IPv4", "IPv6"] });
  const before = { ...single, ipFamilyPolicy: "PreferDualStack" };
  expect(settled(before, two, before)).toMatchObject({ ipFamilies: ["IPv4"] });
});
