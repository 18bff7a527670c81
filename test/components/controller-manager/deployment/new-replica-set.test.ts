import { expect, test } from "vitest";
import {
  beyondHistory,
  newReplicaSet,
  nextRevision,
  setAnnotations,
} from "../../../../src/components/controller-manager/deployment/new-replica-set.ts";
import { deploymentOf, setOf } from "./fixtures.ts";

const revision = "deployment.kubernetes.io/revision";

test("the set carries the hash in its name, labels and selector, and the deployment as its controller", () => {
  const set = newReplicaSet(deploymentOf(3), { replicas: 1, revision: 2 });
  const hash = set.metadata.labels?.["pod-template-hash"];
  expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  expect(set.metadata).toMatchObject({
    name: `web-${hash}`,
    annotations: { [revision]: "2" },
    ownerReferences: [{ uid: "d1", controller: true }],
  });
  expect(set.spec.selector.matchLabels).toEqual({ app: "web", "pod-template-hash": hash });
  expect(set.spec.template.metadata?.labels).toEqual({ app: "web", "pod-template-hash": hash });
});

test("another template or a collision gives another hash, the same template the same", () => {
  const nameOf = (deployment: ReturnType<typeof deploymentOf>) =>
    newReplicaSet(deployment, { replicas: 1, revision: 1 }).metadata.name;
  expect(nameOf(deploymentOf(3))).toBe(nameOf(deploymentOf(5)));
  expect(nameOf(deploymentOf(3, {}, { status: { collisionCount: 1 } }))).not.toBe(nameOf(deploymentOf(3)));
});

test("annotations pass on, those about the deployment itself don't; an old revision goes into the history", () => {
  const deployment = deploymentOf(4);
  deployment.metadata.annotations = {
    note: "a",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
    [revision]: "1",
  };
  expect(setAnnotations(deployment, { revision: 3, old: { [revision]: "1" } })).toEqual({
    note: "a",
    [revision]: "3",
    "deployment.kubernetes.io/revision-history": "1",
    "deployment.kubernetes.io/desired-replicas": "4",
    "deployment.kubernetes.io/max-replicas": "5",
  });
});

test("revisions count up from the highest", () => {
  expect(nextRevision([])).toBe(1);
  expect(nextRevision([setOf("a", 0, { annotations: { [revision]: "4" } }), setOf("bb", 0)])).toBe(5);
});

test("empty sets beyond the history limit go, oldest revision first", () => {
  const old = [1, 2, 3].map((number) => setOf("s".repeat(number), 0, { annotations: { [revision]: String(number) } }));
  expect(beyondHistory(deploymentOf(1, { revisionHistoryLimit: 1 }), old).map(({ metadata }) => metadata.name)).toEqual(
    ["s", "ss"],
  );
  expect(beyondHistory(deploymentOf(1, { revisionHistoryLimit: 0 }), [setOf("big", 2)])).toEqual([]);
});
