import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import { load } from "js-yaml";
import { expect, it } from "vitest";
import { clusterJsonSchema } from "../../../src/config/cluster/json-schema.ts";
import { clusterSkeleton } from "../../../src/config/cluster/skeleton.ts";

const schema = new Ajv({ strict: true, strictTypes: false, allowUnionTypes: true }).compile(clusterJsonSchema());

it("is what the repository holds for editors; `slipway config print cluster-schema` renews it", async () => {
  const held = JSON.parse(await readFile(new URL("../../../schemas/cluster.json", import.meta.url), "utf8"));
  expect(held).toEqual(JSON.parse(JSON.stringify(clusterJsonSchema())));
});

it.each([
  ["the skeleton", clusterSkeleton()],
  ["short forms", "spec: {hosts: [root@a:22, {localhost: true, taints: ['a=b:NoSchedule']}]}"],
])("accepts %s", (_, text) => {
  expect(schema(load(text)), JSON.stringify(schema.errors)).toBe(true);
});

it.each([
  ["an unknown field", "spec: {hosts: [{ssh: {address: a}, rol: worker}]}"],
  ["a wrong type", "spec: {hosts: [{ssh: {address: a, port: x}}]}"],
  ["no hosts", "spec: {hosts: []}"],
])("refuses %s", (_, text) => {
  expect(schema(load(text))).toBe(false);
});
