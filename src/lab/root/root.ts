import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../command.ts";
import type { Layout } from "../layout.ts";
import { withLock } from "../lock.ts";
import { mountOverlay, unmountBelow } from "../mounts.ts";
import { readApt } from "./apt.ts";
import { expandPackages } from "./packages.ts";
import { baseRecipe, cacheKey, mmdebstrapArgv } from "./recipe.ts";

export type RootOptions = {
  /** Debian release, such as bookworm. */
  readonly release: string;
  /** Packages to bake in beside the base ones; `node` stands for a node's. */
  readonly packages: readonly string[];
  readonly report: (text: string) => void;
};

/** Gives the lower directories of a host's root, topmost first; makes what is not in the cache yet. */
export async function ensureRoot(
  layout: Layout,
  { release, packages, report }: RootOptions,
): Promise<readonly string[]> {
  const recipe = baseRecipe(release, await readApt(release));
  const base = join(layout.roots, `${release}-${cacheKey(recipe)}`);
  await ensureMade(layout, base, async (target) => {
    report(`making a Debian ${release} root in ${base} (once)`);
    await run(mmdebstrapArgv(recipe, target));
  });
  const extra = expandPackages(packages);
  if (extra.length === 0) return [base];
  const layer = join(layout.layers, cacheKey({ base, extra }));
  await ensureMade(layout, layer, async (target) => {
    report(`baking packages in ${layer} (once): ${extra.join(" ")}`);
    await installOver(base, target, extra);
  });
  return [layer, base];
}

/** Makes `path` by `make` under another name and moves it into place, so that a half-made one is never used. */
async function ensureMade(layout: Layout, path: string, make: (target: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return;
  await withLock(join(layout.locks, "cache.lock"), async () => {
    if (await exists(path)) return;
    await mkdir(join(path, ".."), { recursive: true });
    const scratch = await mkdtemp(join(path, "../making-"));
    try {
      await make(join(scratch, "root"));
      await rename(join(scratch, "root"), path);
    } finally {
      await unmountBelow(scratch);
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

/** Installs packages on top of `base`, leaving only what they changed in `target`. */
async function installOver(base: string, target: string, packages: readonly string[]): Promise<void> {
  const merged = join(target, "../merged");
  const work = join(target, "../work");
  await Promise.all([target, merged, work].map((directory) => mkdir(directory, { recursive: true, mode: 0o755 })));
  await mountOverlay({ lowers: [base], upper: target, work, at: merged });
  await run([
    ...["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--settings=no", "--pipe"],
    ...["--resolv-conf=replace-host", "--timezone=off", "--setenv=DEBIAN_FRONTEND=noninteractive"],
    ...[`--directory=${merged}`, "apt-get", "install", "--yes", "--no-install-recommends", ...packages],
  ]);
  await unmountBelow(merged);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
