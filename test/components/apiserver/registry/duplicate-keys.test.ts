import { expect, test } from "vitest";
import { duplicateKeys } from "../../../../src/components/apiserver/registry/duplicate-keys.ts";

test.each([
  ['{"a":1,"b":{"a":1}}', []],
  ['{"a":1,"a":2,"a":3}', ["a"]],
  ['{"spec":{"containers":[{"image":"x"},{"image":"x","image":"y"}]}}', ["spec.containers[1].image"]],
  ['{"a":"b\\"a","a\\u0062":1,"ab":2}', ["ab"]],
  ['{"a":"{\\"x\\":1,\\"x\\":2}"}', []],
  ['[[{"k":1},{"k":1,"k":1}]]', ["[0][1].k"]],
  ['{"a":"a","b":"a","c":["a","a"]}', []],
  ["{}", []],
])("%s", (text, paths) => {
  expect(duplicateKeys(text)).toEqual(paths);
});

test("depth costs no stack", () => {
  expect(duplicateKeys(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`)).toEqual([]);
});
