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
    // ssh2 does without its native additions.
    external: ["*.node", "cpu-features"],
    plugins: [packagedDoors(root)],
    logLevel: "warning",
  });
}

/** Puts the packaged distribution in the place of what would build one. */
const packagedDoors = (root: string): Plugin => ({
  name: "packaged-doors",
  setup({ onResolve }) {
    const path = join(root, "src/runtime/packaged/distribution.ts");
    onResolve({ filter: /\/runtime\/(build-distribution|images\/build)\.ts$/ }, () => ({ path }));
  },
});
