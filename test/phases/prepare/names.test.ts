import { expect, it } from "vitest";
import { hostLines } from "../../../src/phases/prepare/names.ts";

it("gives each host a line and keeps those of hosts that did not answer", () => {
  const present = ["10.0.0.1 old-name", "10.0.0.9 away", "10.0.0.8 b"];
  const entries = [
    { address: "10.0.0.1", name: "a" },
    { address: "10.0.0.2", name: "b" },
  ];
  expect(hostLines(entries, present)).toEqual(["10.0.0.1 a", "10.0.0.2 b", "10.0.0.9 away"]);
});
