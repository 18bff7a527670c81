import { load } from "js-yaml";
import { expect, it } from "vitest";
import { clusterKind } from "../../../src/config/cluster/cluster-kind.ts";
import { requireCluster } from "../../../src/config/cluster/parse-cluster.ts";
import { clusterSkeleton } from "../../../src/config/cluster/skeleton.ts";
import type { Issue } from "../../../src/config/issue.ts";

it("is a valid cluster file as it stands", () => {
  const { cluster } = requireCluster({ file: "skeleton", text: clusterSkeleton(), env: {} });
  expect(cluster.hosts).toMatchObject([{ name: "cp1", role: "control-plane", ssh: { address: "192.0.2.11" } }]);
});

it("shows only fields and values that the format knows when every comment is taken away", () => {
  const everything = clusterSkeleton().replace(/^(\s*)#(?! )/gm, "$1");
  const found: Issue[] = [];
  clusterKind.read(load(everything), { path: "", env: {}, report: (issue) => found.push(issue) });
  expect(found).toEqual([]);
  expect(everything).toMatch(/^ {6}taints:$/m);
});
