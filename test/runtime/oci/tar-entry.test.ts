import { expect, it } from "vitest";
import { ordered, type TarEntry, textFile } from "../../../src/runtime/oci/tar-entry.ts";

const paths = (entries: readonly TarEntry[]) => ordered(entries).map(({ path }) => path);

it("sorts entries and adds the parents that nobody named", () => {
  expect(paths([textFile("usr/bin/b", ""), textFile("etc/a", "")])).toEqual([
    "etc",
    "etc/a",
    "usr",
    "usr/bin",
    "usr/bin/b",
  ]);
});

it("gives the same order whatever the order given", () => {
  const entries = [textFile("b", ""), textFile("a/x", ""), textFile("a-b", "")];
  expect(paths([...entries].reverse())).toEqual(paths(entries));
});

it("keeps the mode of a directory that is named, and the last of two entries with one path", () => {
  const tmp: TarEntry = { kind: "directory", path: "tmp", mode: 0o1777 };
  expect(ordered([textFile("tmp/x", "1"), tmp, textFile("tmp/x", "2")])).toEqual([tmp, textFile("tmp/x", "2")]);
});
