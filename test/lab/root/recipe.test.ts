import { expect, it } from "vitest";
import { expandPackages, nodePackages } from "../../../src/lab/root/packages.ts";
import { baseRecipe, cacheKey, mmdebstrapArgv } from "../../../src/lab/root/recipe.ts";

const apt = { lines: ["deb http://one.example/debian bookworm main"], settings: ['Acquire::Check-Date "false";'] };

it("names the mirror lines last and hands apt's settings on", () => {
  const argv = mmdebstrapArgv(baseRecipe("bookworm", apt), "/cache/root");
  expect(argv.slice(-3)).toEqual(["bookworm", "/cache/root", apt.lines[0]]);
  expect(argv).toContain('--aptopt=Acquire::Check-Date "false";');
});

it("leaves no host key and no machine id in a root that many hosts share", () => {
  const argv = mmdebstrapArgv(baseRecipe("bookworm", apt), "/cache/root").join("\n");
  expect(argv).toMatch(/rm -f .*ssh_host_\*/);
  expect(argv).toContain(': > "$1"/etc/machine-id');
});

it("caches equal recipes under one key, and others under another", () => {
  expect(cacheKey(baseRecipe("bookworm", apt))).toBe(cacheKey(baseRecipe("bookworm", { ...apt })));
  expect(cacheKey(baseRecipe("trixie", apt))).not.toBe(cacheKey(baseRecipe("bookworm", apt)));
});

it("expands the word node, and bakes each package once", () => {
  expect(expandPackages(["node", "containerd", "tcpdump"])).toEqual([...new Set([...nodePackages, "tcpdump"])].sort());
  expect(expandPackages([])).toEqual([]);
});
