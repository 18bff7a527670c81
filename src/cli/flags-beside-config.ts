import { SlipwayError } from "../base/errors.ts";
import { flagsExcludedByConfig } from "../config/kubeadm/flags/mixed-flags.ts";

/** kubeadm takes a value either from the file or from a flag: throws for flags that --config excludes. */
export function refuseFlagsBesideConfig(argv: readonly string[]): void {
  const given = argv.flatMap((word) => /^--([a-z0-9-]+)/.exec(word)?.[1] ?? []);
  const excluded = flagsExcludedByConfig(given);
  if (excluded.length === 0) return;
  throw new SlipwayError({
    code: "USAGE",
    exit: "usage",
    message: `--config excludes ${excluded.map((flag) => `--${flag}`).join(", ")}`,
    remedy: "write those values into the file",
  });
}
