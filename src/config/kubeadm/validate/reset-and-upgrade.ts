import type { ResetConfiguration } from "../reset-configuration.ts";
import type { UpgradeConfiguration } from "../upgrade-configuration.ts";
import type { Checker } from "./checker.ts";
import { isAbsolutePath, isCriSocket } from "./value-rules.ts";

export function checkResetConfiguration(reset: ResetConfiguration, { check }: Checker): void {
  check("criSocket", reset.criSocket, isCriSocket);
  check("certificatesDir", reset.certificatesDir, isAbsolutePath);
}

export function checkUpgradeConfiguration({ apply, node }: UpgradeConfiguration, { check }: Checker): void {
  if (apply.patches) check("apply.patches.directory", apply.patches.directory, isAbsolutePath);
  if (node.patches) check("node.patches.directory", node.patches.directory, isAbsolutePath);
}
