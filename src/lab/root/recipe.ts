import { createHash } from "node:crypto";
import type { Apt } from "./apt.ts";
import { basePackages, nodePackages } from "./packages.ts";

/** All that decides what a base root holds; equal recipes share one cached root. */
export type Recipe = {
  readonly release: string;
  readonly packages: readonly string[];
  readonly downloads: readonly string[];
  readonly dpkgOptions: readonly string[];
  readonly apt: Apt;
};

export function baseRecipe(release: string, apt: Apt): Recipe {
  // Hosts that are thrown away need no disk flush after each unpacked file; installing is several times faster without.
  return { release, packages: basePackages, downloads: nodePackages, dpkgOptions: ["force-unsafe-io"], apt };
}

export function cacheKey(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

/** The mmdebstrap command that makes the root at `target`. */
export function mmdebstrapArgv(recipe: Recipe, target: string): readonly string[] {
  const { release, packages, downloads, dpkgOptions, apt } = recipe;
  const download = `apt-get install --yes --no-install-recommends --download-only ${downloads.join(" ")}`;
  return [
    "mmdebstrap",
    "--variant=minbase",
    `--include=${packages.join(",")}`,
    // Package lists and the downloaded .debs stay, so that hosts can install without a network.
    "--skip=cleanup/apt",
    ...apt.settings.map((setting) => `--aptopt=${setting}`),
    ...dpkgOptions.map((option) => `--dpkgopt=${option}`),
    `--customize-hook=rm -f "$1"/var/cache/apt/archives/*.deb "$1"/etc/ssh/ssh_host_*`,
    `--customize-hook=chroot "$1" ${download}`,
    // Without it apt-daily takes dpkg's lock whenever it likes.
    `--customize-hook=systemctl --root="$1" mask apt-daily.timer apt-daily-upgrade.timer`,
    // An empty one is filled at boot from the id that nspawn hands in.
    `--customize-hook=: > "$1"/etc/machine-id`,
    release,
    target,
    ...apt.lines,
  ];
}
