import { describe, expect, it } from "vitest";
import type { ListedMember } from "../../../src/phases/etcd/member-api.ts";
import { initialMembers, membershipOf } from "../../../src/phases/etcd/membership.ts";

const url = (host: number) => `https://192.0.2.${host}:2380`;
const member = (host: number, over: Partial<ListedMember> = {}): ListedMember => ({
  id: `${host}`,
  name: `cp${host}`,
  peerUrls: [url(host)],
  isLearner: false,
  ...over,
});

describe("how a host stands in etcd", () => {
  const others = [member(1), member(2)];

  it.each([
    ["a new host is not listed", others, false, { kind: "unlisted" }],
    ["a voter with its data", [...others, member(3)], true, { kind: "listed", isVoter: true, id: "3" }],
    [
      "a learner that was not promoted",
      [...others, member(3, { isLearner: true })],
      true,
      { kind: "listed", isVoter: false, id: "3" },
    ],
    [
      "one that was listed and never started",
      [...others, member(3, { name: "", isLearner: true })],
      false,
      { kind: "listed", isVoter: false, id: "3" },
    ],
    ["one that was reinstalled: listed, and its data gone", [...others, member(3)], false, { kind: "lost", id: "3" }],
    ["one that others removed, its data still there", others, true, { kind: "removed" }],
  ])("%s", (_, members, hasData, expected) => {
    expect(membershipOf(members, { peerUrl: url(3), hasData })).toEqual(expected);
  });
});

describe("the members of a first start", () => {
  const own = { name: "cp3", peerUrl: url(3) };

  it("are all that are listed, the new one under its own name", () => {
    const listed = [member(3, { name: "", isLearner: true }), member(2), member(1)];
    expect(initialMembers(listed, own)).toEqual([
      { name: "cp1", peerUrl: url(1) },
      { name: "cp2", peerUrl: url(2) },
      own,
    ]);
  });

  it("have one that has not started either, by its id in hex", () => {
    const listed = [member(1), member(2, { id: "12706491258123716246", name: "" })];
    expect(initialMembers(listed, own).map(({ name }) => name)).toEqual(["b056867a36120696", "cp1", "cp3"]);
  });
});
