import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/** What libraries in CommonJS find around them and an ES module lacks. */
const banner = [
  `import{createRequire as slipwayRequire}from"node:module";`,
  `const require=slipwayRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;`,
].join("");

/** Bundles the CLI into `directory`, a chunk for each lazily loaded command; entry point slipway.mjs. */
export async function bundleCli(root: string, directory: string): Promise<void> {
  await build({
    entryPoints: { slipway: join(root, "src/cli/main.ts") },
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node24",
    minify: true,
    legalComments: "none",
    banner: { js: banner },
    external: ["*.node", "cpu-features"],
    plugins: [packagedDoors(root)],
    logLevel: "warning",
  });
  await copyCiphers(root, directory);
}

/** ssh2's ciphers in C++, where npm could build them: ssh2 looks for them at this path from where it stands itself, and does without. */
async function copyCiphers(root: string, directory: string): Promise<void> {
  const path = "crypto/build/Release/sshcrypto.node";
  const built = join(root, "node_modules/ssh2/lib/protocol", path);
  if (existsSync(built)) await cp(built, join(directory, path));
}

/** Puts the packaged distribution in the place of what would build one. */
const packagedDoors = (root: string): Plugin => ({
  name: "packaged-doors",
  setup({ onResolve }) {
    const path = join(root, "src/runtime/packaged/distribution.ts");
    onResolve({ filter: /\/runtime\/(build-distribution|images\/build)\.ts$/ }, () => ({ path }));
  },
});
