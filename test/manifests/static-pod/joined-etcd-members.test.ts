import { expect, it } from "vitest";
import { yaml } from "../../../src/base/yaml.ts";
import { initialCluster, joinedEtcdMembers } from "../../../src/manifests/static-pod/joined-etcd-members.ts";

const members = [
  { name: "cp1", peerUrl: "https://192.0.2.1:2380" },
  { name: "cp2", peerUrl: "https://[2001:db8::2]:2380" },
];

const manifest = (...flags: string[]) => yaml({ spec: { containers: [{ command: ["etcd", ...flags] }] } });

it("reads back the members that a manifest joined", () => {
  const flags = [`--initial-cluster=${initialCluster(members)}`, "--initial-cluster-state=existing"];
  expect(joinedEtcdMembers(manifest(...flags))).toEqual(members);
});

it.each([
  ["a member that began the cluster", manifest(`--initial-cluster=${initialCluster(members)}`)],
  ["a host without a manifest", undefined],
  ["a manifest that somebody spoilt", "spec: [\n"],
  ["an empty file", ""],
])("finds none for %s", (_, text) => {
  expect(joinedEtcdMembers(text)).toEqual([]);
});
