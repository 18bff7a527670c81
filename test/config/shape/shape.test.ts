import { describe, expect, it } from "vitest";
import type { Issue } from "../../../src/config/issue.ts";
import { list, map, struct } from "../../../src/config/shape/compound.ts";
import { anything, bool, duration, explicitBool, float, int, oneOf, string } from "../../../src/config/shape/scalar.ts";
import { always, optional, type Shape } from "../../../src/config/shape/shape.ts";

function read<T>(shape: Shape<T>, value: unknown) {
  const issues: Issue[] = [];
  const decoded = shape.decode(value, "at", (issue) => issues.push(issue));
  return {
    decoded,
    printed: shape.encode(decoded),
    problems: issues.map(({ path, message }) => `${path}: ${message}`),
  };
}

describe("scalars", () => {
  it("take their default for what is absent, null or Go's zero value, and don't print zeros", () => {
    for (const absent of [undefined, null, ""]) expect(read(string("x"), absent).decoded).toBe("x");
    expect(read(string(), "")).toEqual({ decoded: "", printed: undefined, problems: [] });
    expect(read(int(6443), 0).decoded).toBe(6443);
    expect(read(bool(), false).printed).toBeUndefined();
    expect(read(float(), 0.5)).toMatchObject({ decoded: 0.5, printed: 0.5 });
  });

  it("tell false from absence where it matters", () => {
    expect(read(explicitBool(true), undefined)).toMatchObject({ decoded: true, printed: true });
    expect(read(explicitBool(true), false)).toMatchObject({ decoded: false, printed: false });
    expect(read(optional(bool()), false)).toMatchObject({ decoded: false, printed: false });
    expect(read(optional(bool()), null)).toMatchObject({ decoded: undefined, printed: undefined });
    expect(read(optional(int()), 0)).toMatchObject({ decoded: 0, printed: 0 });
  });

  it.each([
    [string(), 5, "at: 5 is not a string"],
    [bool(), "yes", 'at: "yes" is not true or false'],
    [explicitBool(true), 1, "at: 1 is not true or false"],
    [int(), 1.5, "at: 1.5 is not a whole number"],
    [float(), "1", 'at: "1" is not a number'],
    [duration(), 5, 'at: 5 is not a duration such as "4m0s"'],
    [oneOf(["a", "b"], "a"), "c", 'at: "c" is none of "a", "b"'],
  ] as [Shape<unknown>, unknown, string][])(
    "report what doesn't fit and go on with the default (%#)",
    (shape, value, problem) => {
      expect(read(shape, value).problems).toEqual([problem]);
    },
  );

  it("bring durations to Go's form, and keep what belongs to others", () => {
    expect(read(duration(), "90m").printed).toBe("1h30m0s");
    expect(read(duration("4m0s"), undefined).printed).toBe("4m0s");
    expect(read(anything(), { any: ["thing"] }).printed).toEqual({ any: ["thing"] });
    expect(read(oneOf(["", "a"], ""), "").printed).toBeUndefined();
  });
});

describe("compounds", () => {
  const shape = struct({
    name: always(string()),
    tags: list(string()),
    limits: map(string()),
    more: optional(struct({ n: int(1) })),
  });

  it("are complete when the file says nothing, and print no more than Go does", () => {
    expect(read(shape, undefined)).toEqual({
      decoded: { name: "", tags: [], limits: {}, more: undefined },
      printed: { name: "" },
      problems: [],
    });
    expect(read(always(list(string())), undefined).printed).toBeNull();
    expect(read(always(optional(list(string()))), []).printed).toBeNull();
  });

  it("name the place of every problem below them", () => {
    expect(read(shape, { Name: "x", tags: ["a", 5], limits: { cpu: 1 }, more: { n: "x" }, extra: 1 }).problems).toEqual(
      [
        "at.Name: unknown field; did you mean name",
        "at.extra: unknown field",
        "at.tags[1]: 5 is not a string",
        "at.limits.cpu: 1 is not a string",
        'at.more.n: "x" is not a whole number',
      ],
    );
    expect(read(shape, []).problems).toEqual(["at: [] is not a mapping"]);
    expect(read(list(string()), { a: 1 }).problems).toEqual(['at: {"a":1} is not a list']);
    expect(read(map(string()), ["a"]).problems).toEqual(['at: ["a"] is not a mapping']);
  });

  it("pass over keys that are read elsewhere", () => {
    expect(read(struct({ a: string() }, ["kind"]), { kind: "X", a: "b" }).problems).toEqual([]);
  });
});
