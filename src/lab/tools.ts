import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { SlipwayError } from "../base/errors.ts";
import { run } from "./command.ts";
import { toolPackages } from "./root/packages.ts";

/** Names of Debian packages whose programs are not on `path` (the value of $PATH). */
export function missingPackages(path: string): readonly string[] {
  const absent = Object.entries(toolPackages).filter(([program]) => !isOnPath(program, path));
  return [...new Set(absent.map(([, name]) => name))];
}

/** Fails with LAB_PACKAGES_MISSING, or installs what is missing. */
export async function ensureTools(path: string, install: boolean, report: (text: string) => void): Promise<void> {
  const missing = missingPackages(path);
  if (missing.length === 0) return;
  if (!install) {
    throw new SlipwayError({
      code: "LAB_PACKAGES_MISSING",
      exit: "failure",
      message: `the lab needs programs that this machine lacks: ${missing.join(", ")}`,
      remedy: `run \`apt-get install ${missing.join(" ")}\`, or pass --install`,
    });
  }
  report(`installing ${missing.join(" ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  // A machine just booted has its own upgrades under way.
  const apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "--quiet"];
  await run([...apt, "update"], { env });
  await run([...apt, "install", "--yes", "--no-install-recommends", ...missing], { env });
}

function isOnPath(program: string, path: string): boolean {
  return path.split(":").some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
