/**
 * Makes slipway-<version>-linux-x64.tar.gz: Node, the CLI, the kubelet, all images, the Debian packages of a node and an
 * install script, for hosts on which nothing is installed and that reach nothing. Prints the archive's path and size. `--out DIR` puts it elsewhere than in dist/.
 */
import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { cacheFolder } from "../../src/cli/session/folders.ts";
import { slipwayVersion } from "../../src/cli/slipway-version.ts";
import { defaultKubernetesVersion } from "../../src/config/kubeadm/distribution.ts";
import { nodePackages } from "../../src/phases/prepare/packages.ts";
import { buildDistribution } from "../../src/runtime/build-distribution.ts";
import { packageArchive } from "../../src/runtime/debian/package-archive.ts";
import { runtimePackages } from "../../src/runtime/found-runtime.ts";
import { packDistribution } from "../../src/runtime/packaged/pack.ts";
import { bundleCli } from "./bundle-cli.ts";

const root = join(import.meta.dirname, "../..");
const { values } = parseArgs({ options: { out: { type: "string", default: join(root, "dist") } } });
const name = `slipway-${slipwayVersion}-linux-x64`;
const scratch = await mkdtemp(join(tmpdir(), "slipway-package-"));
try {
  const folder = join(scratch, name);
  await fill(folder);
  const archive = join(values.out, `${name}.tar.gz`);
  await mkdir(values.out, { recursive: true });
  await execa("tar", ["-C", scratch, "--owner=0", "--group=0", "--sort=name", "-czf", archive, name]);
  console.log(`${archive}  ${((await stat(archive)).size / 1e6).toFixed(1)} MB`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function fill(folder: string): Promise<void> {
  const cache = cacheFolder(process.env, homedir());
  const versions = { version: slipwayVersion, kubernetesVersion: defaultKubernetesVersion };
  const distribution = await buildDistribution({ cache, ...versions, report: console.log });
  await mkdir(join(folder, "bin"), { recursive: true });
  const packages = await packageArchive([...nodePackages, ...runtimePackages], join(scratch, "packages"));
  const packed = join(folder, "distribution");
  await packDistribution({ ...distribution, packages }, defaultKubernetesVersion, packed);
  await bundleCli(root, join(folder, "cli"));
  await copyFile(join(import.meta.dirname, "launcher.sh"), join(folder, "bin/slipway"));
  await copyFile(join(import.meta.dirname, "install.sh"), join(folder, "install.sh"));
  await copyFile(join(root, "LICENSE"), join(folder, "LICENSE"));
}
