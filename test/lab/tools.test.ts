import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureTools, missingPackages } from "../../src/lab/tools.ts";

test("a machine without the lab's programs is told which packages it lacks, and nothing is installed unasked", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-tools-"));
  try {
    for (const program of ["ip", "ssh", "ssh-keygen", "flock", "nft"]) {
      writeFileSync(join(folder, program), "");
      chmodSync(join(folder, program), 0o755);
    }
    chmodSync(join(folder, "nft"), 0o644);
    const path = `/nowhere:${folder}`;
    expect(missingPackages(path)).toEqual(["systemd-container", "mmdebstrap", "nftables"]);
    const said: string[] = [];
    await expect(ensureTools(path, false, (text) => said.push(text))).rejects.toMatchObject({
      details: {
        code: "LAB_PACKAGES_MISSING",
        remedy: expect.stringContaining("apt-get install systemd-container mmdebstrap nftables"),
      },
    });
    expect(said).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
