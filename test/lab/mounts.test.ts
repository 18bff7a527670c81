import { expect, it } from "vitest";
import { parseMountInfo } from "../../src/lab/mounts.ts";

it("reads mount points of mountinfo, blanks unescaped, in order", () => {
  const text = "22 1 8:1 / / rw - ext4 /dev/sda rw\n23 22 0:5 / /a\\040b rw - overlay x rw\n";
  expect(parseMountInfo(text)).toEqual(["/", "/a b"]);
});
