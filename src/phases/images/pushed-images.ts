import { sha256OfValue } from "../../base/sha256.ts";
import type { Op, OpResult } from "../../hosts/op.ts";
import { ctrAt } from "../../runtime/delivery/ctr.ts";
import { type HostImages, hostImagesCommand, lacking, parseHostImages } from "../../runtime/delivery/host-images.ts";
import { arrivalDirectory, importCommand, importInput } from "../../runtime/delivery/import.ts";
import type { BlobStore } from "../../runtime/oci/blob-store.ts";
import { type Descriptor, hexOf } from "../../runtime/oci/descriptor.ts";
import { distinctBlobs, type Image } from "../../runtime/oci/image.ts";
import { blobPath } from "../../runtime/oci/layout.ts";
import type { Difference, Resource, Transfer } from "../engine/resource.ts";

/** Where the images' blobs lie on this machine, and where the host's containerd listens. */
export type Delivery = { readonly store: BlobStore; readonly socket: string };

/** Images of a store of ours in the host's containerd: only blobs that it lacks, or holds damaged, are sent. */
export function pushedImages(images: readonly Image[], { store, socket }: Delivery): Resource {
  return {
    id: "images:built-here",
    hash: sha256OfValue(images.map(({ reference, manifest }) => [reference, manifest.digest])),
    probe: () => [hostImagesProbe(images, socket)],
    diff: ([found]) => differences(images, hostImagesOf(found)),
    transfers: (differences, [found]) => transfers(images, store, { differences, root: hostImagesOf(found).root }),
    converge: ([found], differences) => operations(images, hostImagesOf(found), { socket, differences }),
  };
}

/** Asks what `hostImagesOf` reads; equal questions are sent once. */
export function hostImagesProbe(images: readonly Image[], socket: string): Op {
  return { kind: "run", argv: hostImagesCommand(images), env: ctrAt(socket) };
}

export function hostImagesOf(result: OpResult | undefined): HostImages {
  return parseHostImages(result?.kind === "ran" ? result.stdout : "");
}

function differences(images: readonly Image[], host: HostImages): readonly Difference[] {
  const missing = lacking(images, host);
  const sizes = new Map(distinctBlobs(images).map(({ digest, size }) => [digest, size]));
  return [
    ...missing.images.map(
      ({ reference }): Difference => ({
        kind: "field",
        field: reference,
        from: host.references.has(reference) ? "another build" : "absent",
        to: "present",
      }),
    ),
    ...missing.blobs.map(
      (digest): Difference => ({
        kind: "field",
        field: digest,
        from: host.corrupt.has(digest) ? "damaged" : "absent",
        to: `${sizes.get(digest)} bytes`,
      }),
    ),
  ];
}

/** Layers go in streams of their own; manifests and configs are small and travel with the operations. */
function transfers(
  images: readonly Image[],
  store: BlobStore,
  { differences, root }: { differences: readonly Difference[]; root: string },
): readonly Transfer[] {
  return differingLayers(images, differences).map(({ digest, size }) => ({
    source: store.path(digest),
    path: `${arrivalDirectory(root)}/${blobPath(digest)}`,
    // as containerd keeps them
    mode: 0o444,
    label: `layer ${hexOf(digest).slice(0, 12)}, ${(size / 1e6).toFixed(1)} MB`,
    ready: () => store.check(digest),
  }));
}

function operations(
  images: readonly Image[],
  { root, corrupt }: HostImages,
  { socket, differences }: { socket: string; differences: readonly Difference[] },
): readonly Op[] {
  const layers = differingLayers(images, differences);
  const damaged = layers.flatMap(({ digest }) => (corrupt.has(digest) ? [digest] : []));
  return [
    {
      kind: "run",
      argv: importCommand({ root, layers, corrupt: damaged }),
      stdin: importInput(images),
      env: ctrAt(socket),
    },
  ];
}

function differingLayers(images: readonly Image[], differences: readonly Difference[]): readonly Descriptor[] {
  const differing = new Set(differences.flatMap((one) => ("field" in one ? [one.field] : [])));
  const layers = new Map(images.flatMap((image) => image.layers).map(({ blob }) => [blob.digest, blob]));
  return [...layers.values()].filter(({ digest }) => differing.has(digest));
}
