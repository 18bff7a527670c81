import { expect, test } from "vitest";
import { leftovers } from "../../../../src/kubelet/pods/containers/dead-containers.ts";
import { container, ended, record, runtime, sandbox } from "../../sample.ts";

const main = container();

test("one end of each container is kept for its log, older ones go", () => {
  const found = runtime([record(main, { id: "3" }), ended(main, 1, { id: "2" }), ended(main, 1, { id: "1" })]);
  expect(leftovers(found).containers.map(({ id }) => id)).toEqual(["1"]);
});

test("a sandbox goes when nothing that is kept was in it", () => {
  const old = sandbox({ id: "old", ready: false });
  const inOld = ended(main, 1, { sandboxId: "old" });
  expect(leftovers(runtime([record(main), inOld], [sandbox(), old])).sandboxes).toEqual([]);
  expect(leftovers(runtime([record(main)], [sandbox(), old])).sandboxes).toEqual([old]);
});
