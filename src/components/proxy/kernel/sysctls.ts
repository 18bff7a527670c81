import { readFile, writeFile } from "node:fs/promises";
import { messageOf } from "../../../base/errors.ts";
import type { Sysctl } from "../config/conntrack-settings.ts";

/** Sets what differs; what can't be set (a container's read-only /proc/sys) is told and left. */
export async function applySysctls(sysctls: readonly Sysctl[], onFailure: (message: string) => void): Promise<void> {
  for (const { path, value, isLeast } of sysctls) {
    const file = `/proc/sys/${path}`;
    try {
      const present = Number(await readFile(file, "utf8"));
      if (present === value || (isLeast && present > value)) continue;
      await writeFile(file, String(value));
    } catch (thrown) {
      onFailure(`${path} can't be set to ${value}: ${messageOf(thrown)}`);
    }
  }
}
