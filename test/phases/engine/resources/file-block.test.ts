import { expect, it } from "vitest";
import { blockLines, fileBlock, withBlock } from "../../../../src/phases/engine/resources/file-block.ts";
import { found, nothingChanging } from "./found.ts";

const hosts = "127.0.0.1 localhost\n";
const ours = "# BEGIN slipway\n10.0.0.1 a\n# END slipway\n";

it("stands at the end of the file, once, and what others wrote stays", () => {
  const once = withBlock(hosts, ["10.0.0.1 a"]);
  expect(once).toBe(`${hosts}${ours}`);
  expect(withBlock(`${once}# after\n`, ["10.0.0.2 b"])).toBe(
    `${hosts}# BEGIN slipway\n10.0.0.2 b\n# END slipway\n# after\n`,
  );
  expect(withBlock(once, [])).toBe(hosts);
  expect(blockLines(once)).toEqual(["10.0.0.1 a"]);
});

it("keeps mode and owner of the file, and ends its last line", () => {
  const block = fileBlock("/etc/hosts", "hosts", () => ["10.0.0.1 a"]);
  const results = [found.file("no newline", { mode: 0o640, owner: "root:adm" })];
  const [write] = block.converge(results, block.diff(results, nothingChanging));
  expect(write).toEqual({
    kind: "write",
    path: "/etc/hosts",
    content: `no newline\n${ours}`,
    mode: 0o640,
    owner: "root:adm",
  });
});
