import { describe, expect, it } from "vitest";
import { begin, causeOf, complete, emptyJournal, parseJournal } from "../../../src/phases/engine/journal/journal.ts";
import { orphans } from "../../../src/phases/engine/journal/orphans.ts";
import { absent } from "../../../src/phases/engine/resources/absent.ts";
import { file } from "../../../src/phases/engine/resources/file.ts";

const writing = { run: "r1", phase: "p", when: "2026-01-02T03:04:05.000Z" };
const a = file("/a", { content: "1" });
const all = new Set([a.id]);
const none = new Set<string>();

describe("the journal of a host", () => {
  const begun = begin(emptyJournal, [{ resource: a, created: true }], writing);
  const done = complete(begun, all, none);

  it("says begun before a write and done after it", () => {
    expect(begun.entries).toEqual([
      { id: a.id, hash: a.hash, ...writing, created: true, state: "begun", undo: a.undo },
    ]);
    expect(done.entries[0]?.state).toBe("done");
  });

  it("remembers that a thing was ours when it is written again, and that it was not", () => {
    const again = begin(done, [{ resource: a, created: false }], { ...writing, run: "r2" });
    expect(again.entries).toMatchObject([{ created: true, run: "r2" }]);
    const foreign = begin(emptyJournal, [{ resource: a, created: false }], writing);
    expect(foreign.entries[0]).not.toHaveProperty("undo");
  });

  it("drops what was taken away", () => {
    const gone = absent("/a");
    const journal = begin(done, [{ resource: gone, created: false }], writing);
    expect(complete(journal, new Set([gone.id]), new Set([gone.id])).entries).toEqual([]);
  });

  it("tells a new thing from a moved wish from drift", () => {
    expect(causeOf(emptyJournal, a)).toBe("new");
    expect(causeOf(begun, a)).toBe("new");
    expect(causeOf(done, a)).toBe("drift");
    expect(causeOf(done, file("/a", { content: "2" }))).toBe("wish");
  });

  it("knows what a phase made and does not want any more, the last one first", () => {
    const b = file("/b", { content: "" });
    const both = begin(done, [{ resource: b, created: true }], writing);
    expect(orphans(both, "p", []).map(({ id }) => id)).toEqual([b.id, a.id]);
    expect(orphans(both, "p", [b]).map(({ id }) => id)).toEqual([a.id]);
    expect(orphans(both, "other", [])).toEqual([]);
    expect(orphans(both, "p", [b])[0]?.converge([], [])).toEqual(a.undo);
  });

  it.each([undefined, "", "{", '{"version":2,"entries":[]}'])("counts as empty when it reads %j", (text) => {
    expect(parseJournal(text)).toEqual(emptyJournal);
  });
});
