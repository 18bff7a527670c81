import { expect, test } from "vitest";
import { entryOf, restamped, stamped } from "../../../../src/components/apiserver/storage/entry.ts";

const parse = (bytes: Buffer) =>
  JSON.parse(bytes.toString()) as { metadata: { resourceVersion: string; name: string } };

test.each([
  '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{}}',
  '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p"}}',
  '{"metadata":{"name":"p"},"kind":"Pod"}',
  '{ "kind": "Pod", "metadata": { "name": "p" } }',
  '{"spec":{"metadata":{"x":1}},"metadata":{"name":"p"}}',
])("the revision gets into %s", (text) => {
  const result = parse(stamped(Buffer.from(text), 42));
  expect(result).toEqual({ ...JSON.parse(text), metadata: { name: "p", resourceVersion: "42" } });
});

test("metadata without fields stays valid JSON", () => {
  expect(parse(stamped(Buffer.from('{"kind":"A","metadata":{}}'), 7)).metadata).toEqual({ resourceVersion: "7" });
});

test("an entry knows what selectors look at", () => {
  const value = Buffer.from(
    '{"kind":"Pod","metadata":{"name":"p","namespace":"n","labels":{"a":"b"}},"spec":{"nodeName":"x"}}',
  );
  const entry = entryOf({ key: "/k", value, revision: 3 }, (object) => ({
    "spec.nodeName": String((object.spec as { nodeName: string }).nodeName),
  }));
  expect(entry).toMatchObject({
    name: "p",
    namespace: "n",
    revision: 3,
    labels: { a: "b" },
    fields: { "spec.nodeName": "x" },
  });
  expect(parse(restamped(entry, 9).body).metadata.resourceVersion).toBe("9");
});
