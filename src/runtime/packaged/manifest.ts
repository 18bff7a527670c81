import type { Image } from "../oci/image.ts";

/** The file that describes a packaged distribution, and where its parts lie beside it. */
export const manifestFile = "distribution.json";

export type PackagedFile = {
  /** Relative to the folder of the manifest. */
  readonly file: string;
  readonly sha256: string;
};

/** What `distribution.json` holds. */
export type PackagedManifest = {
  readonly version: string;
  readonly kubernetesVersion: string;
  readonly kubelet: PackagedFile;
  readonly node: PackagedFile;
  readonly packages?: PackagedFile & { readonly release: string };
  /** Their manifests and configs lie among the blobs. */
  readonly images: readonly Omit<Image, "documents">[];
};
