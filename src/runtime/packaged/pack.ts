import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Distribution } from "../distribution.ts";
import type { LocalFile } from "../kubelet-bundle.ts";
import { blobStore } from "../oci/blob-store.ts";
import { distinctBlobs } from "../oci/image.ts";
import { manifestFile, type PackagedFile, type PackagedManifest } from "./manifest.ts";

/** Writes a distribution into a folder, from which `openDistribution` gives it again without building anything. */
export async function packDistribution(
  { version, kubelet, node, packages, images: { images, store } }: Distribution,
  kubernetesVersion: string,
  directory: string,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const target = await blobStore(directory);
  await Promise.all(distinctBlobs(images).map(({ digest }) => copyFile(store.path(digest), target.path(digest))));
  const manifest: PackagedManifest = {
    version,
    kubernetesVersion,
    kubelet: await keep(kubelet, directory, "kubelet.mjs"),
    node: await keep(node, directory, "node"),
    ...(packages
      ? { packages: { ...(await keep(packages.file, directory, "packages.tar")), release: packages.release } }
      : {}),
    images: images.map(({ reference, manifest, config, layers }) => ({ reference, manifest, config, layers })),
  };
  await writeFile(join(directory, manifestFile), `${JSON.stringify(manifest, null, 1)}\n`);
}

async function keep({ source, sha256 }: LocalFile, directory: string, file: string): Promise<PackagedFile> {
  await copyFile(source, join(directory, file));
  return { file, sha256 };
}
