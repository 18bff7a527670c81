import { expect, test } from "vitest";
import { type OwnerState, verdictOn } from "../../../../src/components/controller-manager/garbagecollector/verdict.ts";

const owners = (...states: OwnerState[]) =>
  states.map((state, at) => ({ state, reference: { apiVersion: "v1", kind: "Thing", name: `o${at}`, uid: `o${at}` } }));

test.each<[string, OwnerState[], { hasDependents?: boolean; someWait?: boolean; finalizers?: string[] }, object]>([
  ["nobody ever owned it", [], {}, { kind: "keep" }],
  ["its owner lives", ["solid"], {}, { kind: "keep" }],
  ["its owner is gone", ["absent"], {}, { kind: "delete", policy: "Background" }],
  ["one of two is gone", ["solid", "absent"], {}, { kind: "unlink", uids: ["o1"] }],
  ["its owner waits for it", ["waiting"], {}, { kind: "delete", policy: "Background" }],
  ["its owner's kind is not known", ["unknown"], {}, { kind: "keep" }],
  ["one is of no known kind, one is gone", ["unknown", "absent"], {}, { kind: "unlink", uids: ["o1"] }],
  [
    "its owner waits for the whole tree",
    ["waiting"],
    { hasDependents: true },
    { kind: "delete", policy: "Foreground" },
  ],
  [
    "it and what is below wait for each other",
    ["waiting"],
    { hasDependents: true, someWait: true },
    { kind: "delete", policy: "Foreground", unblocks: true },
  ],
  ["one lives, one waits", ["solid", "waiting"], { hasDependents: true }, { kind: "unlink", uids: ["o1"] }],
  ["it asked to orphan its own", ["absent"], { finalizers: ["orphan"] }, { kind: "delete", policy: "Orphan" }],
  ["it asked to go last", ["absent"], { finalizers: ["foregroundDeletion"] }, { kind: "delete", policy: "Foreground" }],
])("%s", (_, states, { hasDependents = false, someWait = false, finalizers = [] }, expected) => {
  expect(verdictOn({ finalizers }, owners(...states), { hasDependents, someWait })).toEqual(expected);
});
