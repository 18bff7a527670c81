import { expect, it } from "vitest";
import { toml } from "../../../src/runtime/containerd/toml.ts";

it("writes scalars before tables, names quoted where TOML wants it", () => {
  const text = toml({
    version: 2,
    list: ["a", 'b"'],
    plugins: { "a.b": { on: true, none: undefined, deep: { x: "y" } } },
  });
  expect(text).toBe(`version = 2
list = ["a", "b\\""]

[plugins."a.b"]
on = true

[plugins."a.b".deep]
x = "y"
`);
});
