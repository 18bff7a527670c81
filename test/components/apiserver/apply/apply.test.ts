import { expect, test } from "vitest";
import { compare } from "../../../../src/components/apiserver/apply/compare.ts";
import {
  difference,
  fromFieldsV1,
  pathsOf,
  toFieldsV1,
  union,
} from "../../../../src/components/apiserver/apply/field-set.ts";
import { fieldsOf } from "../../../../src/components/apiserver/apply/field-values.ts";
import { merge, prune } from "../../../../src/components/apiserver/apply/merge.ts";
import { shapeOfResource } from "../../../../src/components/apiserver/apply/shape-of-resource.ts";
import { workloads } from "../../../../src/components/apiserver/resources/workloads.ts";

const deployments = workloads.find(({ resource }) => resource === "deployments")!;
const shape = shapeOfResource(deployments);
const deployment = (...containers: object[]) => ({ spec: { template: { spec: { containers } } } });

test("elements of a keyed list are owned by their keys, with the default of a key that is left out", () => {
  const set = fieldsOf(deployment({ name: "a", image: "x", ports: [{ containerPort: 80 }] }), shape);
  expect(toFieldsV1(set)).toEqual({
    "f:spec": {
      "f:template": {
        "f:spec": {
          "f:containers": {
            'k:{"name":"a"}': {
              ".": {},
              "f:image": {},
              "f:name": {},
              "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
            },
          },
        },
      },
    },
  });
  expect(toFieldsV1(fromFieldsV1(toFieldsV1(set)))).toEqual(toFieldsV1(set));
});

test("an atomic value is owned as a whole", () => {
  const set = fieldsOf({ spec: { selector: { matchLabels: { a: "b" } } } }, shape);
  expect(pathsOf(set)).toEqual([".spec.selector"]);
});

test("merging adds to keyed lists and keeps what is not declared", () => {
  const live = deployment({ name: "a", image: "1", tty: true }, { name: "b", image: "1" });
  const config = deployment({ name: "b", image: "2" }, { name: "c", image: "3" });
  expect(merge(live, config, shape)).toEqual(
    deployment({ name: "a", image: "1", tty: true }, { name: "b", image: "2" }, { name: "c", image: "3" }),
  );
});

test("pruning takes elements and fields away, and maps that held nothing else", () => {
  const live = {
    metadata: { labels: { x: "1" } },
    ...deployment({ name: "a", image: "1" }, { name: "b", image: "1", tty: true }),
  };
  const drop = fromFieldsV1({
    "f:metadata": { "f:labels": { "f:x": {} } },
    "f:spec": {
      "f:template": {
        "f:spec": {
          "f:containers": {
            'k:{"name":"a"}': { ".": {}, "f:image": {}, "f:name": {} },
            'k:{"name":"b"}': { "f:tty": {} },
          },
        },
      },
    },
  });
  expect(prune(live, drop, shape)).toEqual({ ...deployment({ name: "b", image: "1" }) });
});

test("a comparison tells what was changed from what was removed", () => {
  const before = { spec: { replicas: 1, paused: true, minReadySeconds: 5 } };
  const after = { spec: { replicas: 2, minReadySeconds: 5, revisionHistoryLimit: 3 } };
  const { changed, removed } = compare(before, after, shape);
  expect(pathsOf(changed).sort()).toEqual([".spec.replicas", ".spec.revisionHistoryLimit"]);
  expect(pathsOf(removed)).toEqual([".spec.paused"]);
});

test("union and difference undo each other on disjoint sets", () => {
  const a = fieldsOf({ spec: { replicas: 1 } }, shape);
  const b = fieldsOf({ spec: { paused: true } }, shape);
  expect(toFieldsV1(difference(union(a, b), b))).toEqual(toFieldsV1(a));
});
