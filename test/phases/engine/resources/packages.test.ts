import { expect, it } from "vitest";
import { SlipwayError } from "../../../../src/base/errors.ts";
import type { Facts } from "../../../../src/hosts/facts.ts";
import { packages } from "../../../../src/phases/engine/resources/packages.ts";
import { found, nothingChanging } from "./found.ts";

const debian = { packageManager: "apt", os: { prettyName: "Debian 12" } } as Facts;

it("installs in one go what is absent or half removed, and nothing else", () => {
  const wanted = packages(["a", "b", "c"], debian);
  const results = [found.ran("a installed\nb config-files\n")];
  const differences = wanted.diff(results, nothingChanging);
  expect(differences).toEqual([
    { kind: "field", field: "b", from: "config-files", to: "installed" },
    { kind: "field", field: "c", from: "absent", to: "installed" },
  ]);
  const [install, ...more] = wanted.converge(results, differences);
  expect(more).toEqual([]);
  expect(install).toMatchObject({
    kind: "run",
    argv: ["sh", "-c", expect.stringContaining("apt-get"), "sh", "b", "c"],
  });
});

it("refuses package managers that it was not tested with", () => {
  const fedora = { packageManager: "dnf", os: { prettyName: "Fedora 42" } } as Facts;
  expect(() => packages(["a"], fedora)).toThrow(SlipwayError);
});
