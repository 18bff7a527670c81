import { expect, test } from "vitest";
import { SlipwayError } from "../../../src/base/errors.ts";
import { parseFlags } from "../../../src/kube/program/flags.ts";

const table = {
  name: { kind: "string", default: "none" },
  "leader-elect": { kind: "boolean", default: "true" },
  port: { kind: "number", default: "1" },
  period: { kind: "duration", default: "5s" },
  controllers: { kind: "strings", default: "*" },
} as const;

test("what is not given has its default", () => {
  expect(parseFlags(table, [])).toEqual({
    name: "none",
    "leader-elect": true,
    port: 1,
    period: 5000,
    controllers: ["*"],
  });
});

test.each([
  [["--name=a"], { name: "a" }],
  [["--name", "a b"], { name: "a b" }],
  [["-name=a=b"], { name: "a=b" }],
  [["--leader-elect"], { "leader-elect": true }],
  [["--leader_elect=false"], { "leader-elect": false }],
  [["--period=1m30s"], { period: 90_000 }],
  [["--controllers=*,a", "--controllers=-b"], { controllers: ["*", "a", "-b"] }],
])("%j", (argv, expected) => {
  expect(parseFlags(table, argv)).toMatchObject(expected);
});

test.each([
  [["--other=1"], "FLAG_UNKNOWN"],
  [["stray"], "FLAG_UNKNOWN"],
  [["--port=many"], "FLAG_INVALID"],
  [["--port="], "FLAG_INVALID"],
  [["--leader-elect=perhaps"], "FLAG_INVALID"],
  [["--name"], "FLAG_INVALID"],
])("%j is refused", (argv, code) => {
  const parse = () => parseFlags(table, argv);
  expect(parse).toThrow(SlipwayError);
  expect(parse).toThrow(expect.objectContaining({ details: expect.objectContaining({ code, exit: "usage" }) }));
});
