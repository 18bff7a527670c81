import { SlipwayError } from "../../base/errors.ts";

export const bundleSchema = "slipway.dev/bundle/v1";

/** The first member of a bundle, `bundle.json`: what it is for and what each member must hash to. */
export type BundleManifest = {
  readonly schema: typeof bundleSchema;
  readonly slipwayVersion: string;
  readonly kubernetesVersion: string;
  /** The release that the packages are of, in os-release's words: `debian 12`. */
  readonly packagesFor: string;
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
};

/** Reads the manifest; refuses what is no bundle, and paths that would leave the folder it is unpacked to. */
export function parseManifest(text: string, file: string): BundleManifest {
  const manifest = asManifest(text);
  if (!manifest) throw broken(file, "it does not begin with a bundle.json of this version");
  const outside = manifest.files.find(({ path }) => path.startsWith("/") || path.split("/").includes(".."));
  if (outside) throw broken(file, `it holds the path ${outside.path}`);
  return manifest;
}

function asManifest(text: string): BundleManifest | undefined {
  try {
    const parsed = JSON.parse(text) as Partial<BundleManifest>;
    return parsed.schema === bundleSchema && Array.isArray(parsed.files) ? (parsed as BundleManifest) : undefined;
  } catch {
    return undefined;
  }
}

/** The error for a bundle that is not what it should be. */
export function broken(file: string, got: string): SlipwayError {
  return new SlipwayError({
    code: "BUNDLE_BROKEN",
    exit: "failure",
    message: "the bundle can't be used",
    tried: file,
    got,
    remedy: "copy it again, or write it again with `slipway images bundle`",
  });
}
