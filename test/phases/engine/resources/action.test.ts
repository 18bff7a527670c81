import { expect, it } from "vitest";
import { action } from "../../../../src/phases/engine/resources/action.ts";
import { found, nothingChanging } from "./found.ts";

const wish = { makes: "member listed", check: ["test", "-e", "/x"], run: [["touch", "/x"], ["sync"]] };
const listed = action("member", wish);

it("an action is asked for by its check, and does nothing where that is content", () => {
  expect(listed.probe()).toEqual([{ kind: "run", argv: ["test", "-e", "/x"] }]);
  expect(listed.diff([found.ran()], nothingChanging)).toEqual([]);
});

it("an action whose check is not content runs its commands in order", () => {
  expect(listed.diff([found.failed(1)], nothingChanging)).toEqual([
    { kind: "field", field: "member listed", from: "no", to: "yes" },
  ]);
  expect(listed.converge([], [])).toEqual([
    { kind: "run", argv: ["touch", "/x"] },
    { kind: "run", argv: ["sync"] },
  ]);
});

it("an action is another wish when what it checks or runs is another", () => {
  expect(action("member", { ...wish, run: [["touch", "/y"]] }).hash).not.toBe(listed.hash);
  expect(action("member", { ...wish, makes: "anything" }).hash).toBe(listed.hash);
});
