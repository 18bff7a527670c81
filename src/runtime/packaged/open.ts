import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SlipwayError } from "../../base/errors.ts";
import type { Distribution } from "../distribution.ts";
import type { LocalFile } from "../kubelet-bundle.ts";
import { type BlobStore, blobStore } from "../oci/blob-store.ts";
import type { Image } from "../oci/image.ts";
import { manifestFile, type PackagedFile, type PackagedManifest } from "./manifest.ts";

/** Gives the distribution that lies in a folder; fails with PACKAGE_OTHER_VERSION when another Kubernetes is asked for. */
export async function openDistribution(directory: string, kubernetesVersion: string): Promise<Distribution> {
  const manifest = JSON.parse(await readFile(join(directory, manifestFile), "utf8")) as PackagedManifest;
  if (manifest.kubernetesVersion !== kubernetesVersion) throw otherVersion(manifest, kubernetesVersion);
  const store = await blobStore(directory);
  const { packages } = manifest;
  return {
    ...(packages ? { packages: { file: localFile(directory, packages), release: packages.release } } : {}),
    version: manifest.version,
    kubelet: localFile(directory, manifest.kubelet),
    node: localFile(directory, manifest.node),
    images: { images: await Promise.all(manifest.images.map((image) => withDocuments(image, store))), store },
  };
}

async function withDocuments(image: PackagedManifest["images"][number], store: BlobStore): Promise<Image> {
  const documents = await Promise.all(
    [image.manifest, image.config].map(async ({ digest }) => [digest, await store.read(digest)] as const),
  );
  return { ...image, documents: new Map(documents) };
}

function localFile(directory: string, { file, sha256 }: PackagedFile): LocalFile {
  return { source: join(directory, file), sha256 };
}

function otherVersion({ version, kubernetesVersion }: PackagedManifest, wanted: string): SlipwayError {
  return new SlipwayError({
    code: "PACKAGE_OTHER_VERSION",
    exit: "configuration",
    message: `this package of Slipway ${version} holds Kubernetes ${kubernetesVersion}, not ${wanted}`,
    remedy: `set kubernetesVersion to ${kubernetesVersion}, or name an imageRepository that serves ${wanted}`,
  });
}
