import { list, struct } from "../shape/compound.ts";
import { bool, oneOf, string } from "../shape/scalar.ts";
import type { Typed } from "../shape/shape.ts";
import { defaultCertificatesDir } from "./constants.ts";
import { timeouts } from "./timeouts.ts";

export const unmountFlags = ["MNT_FORCE", "MNT_DETACH", "MNT_EXPIRE", "UMOUNT_NOFOLLOW"] as const;

/** kubeadm.k8s.io/v1beta4 ResetConfiguration. */
export const resetConfiguration = struct({
  cleanupTmpDir: bool(),
  certificatesDir: string(defaultCertificatesDir),
  criSocket: string(),
  dryRun: bool(),
  force: bool(),
  ignorePreflightErrors: list(string()),
  skipPhases: list(string()),
  unmountFlags: list(oneOf(["", ...unmountFlags], "")),
  timeouts,
});
export type ResetConfiguration = Typed<typeof resetConfiguration>;
