import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { OpResult } from "../../../src/hosts/op.ts";
import { pushedImages } from "../../../src/phases/images/pushed-images.ts";
import { roomForImages } from "../../../src/phases/images/room-for-images.ts";
import { type BlobStore, blobStore } from "../../../src/runtime/oci/blob-store.ts";
import { assembleImage, blobsOf, type Image } from "../../../src/runtime/oci/image.ts";
import { packLayer } from "../../../src/runtime/oci/layer.ts";
import { textFile } from "../../../src/runtime/oci/tar-entry.ts";

let folder = "";
let store: BlobStore;
let image: Image;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-pushed-"));
  store = await blobStore(folder);
  const layers = [await packLayer([textFile("a", "a")], { store, compression: "zstd" })];
  image = await assembleImage(store, { reference: "slipway.local/a:1", layers, run: {}, architecture: "amd64" });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const said = (stdout: string): OpResult => ({ kind: "ran", exitCode: 0, stdout, stderr: "", durationMs: 1 });
const complete = () =>
  [`image ${image.reference} ${image.manifest.digest}`, ...blobsOf(image).map(({ digest }) => `sound ${digest}`)].join(
    "\n",
  );
const socket = "/run/containerd/containerd.sock";
const changing = { changing: new Set<string>() };

it("wants nothing of a host that has all", () => {
  expect(pushedImages([image], { store, socket }).diff([said(complete())], changing)).toEqual([]);
});

it("sends the layer to a host that has nothing, and tells what is small to the import", () => {
  const resource = pushedImages([image], { store, socket });
  const differences = resource.diff([said("")], changing);
  expect(differences).toHaveLength(4);
  expect(resource.transfers?.(differences, [said("")]).map(({ source }) => source)).toEqual([
    store.path(image.layers[0]!.blob.digest),
  ]);
  const stdin = resource.converge([said("")], differences).flatMap((op) => (op.kind === "run" ? [op.stdin] : []));
  const lines = String(stdin[0]).split("\n");
  expect(lines.filter((_, index) => index % 2 === 0)).toEqual([
    "oci-layout",
    "index.json",
    ...[image.config, image.manifest].map(({ digest }) => digest.replace("sha256:", "blobs/sha256/")),
    "",
  ]);
});

it("sends no layer that is damaged on this machine", async () => {
  const resource = pushedImages([image], { store, socket });
  const [transfer] = resource.transfers?.(resource.diff([said("")], changing), [said("")]) ?? [];
  await expect(transfer?.ready?.()).resolves.toBeUndefined();
  const { store: again, transfer: late } = await damaged();
  await expect(late?.ready?.()).rejects.toMatchObject({
    details: { code: "BLOB_DAMAGED", tried: `sha256 of ${again}` },
  });

  /** The same as another run sees it, after the layer's file changed. */
  async function damaged() {
    const { digest } = image.layers[0]!.blob;
    await writeFile(store.path(digest), "damaged");
    const later = pushedImages([image], { store: await blobStore(folder), socket });
    const [first] = later.transfers?.(later.diff([said("")], changing), [said("")]) ?? [];
    return { store: store.path(digest), transfer: first };
  }
});

it("names a damaged blob to be replaced in place", () => {
  const { digest } = image.layers[0]!.blob;
  const found = said(complete().replace(`sound ${digest}`, `corrupt ${digest}`));
  const resource = pushedImages([image], { store, socket });
  const differences = resource.diff([found], changing);
  expect(differences).toEqual([expect.objectContaining({ field: digest, from: "damaged" })]);
  const imports = resource.converge([found], differences).flatMap((op) => (op.kind === "run" ? [op.argv] : []));
  expect(imports[0]?.slice(-2)).toEqual([digest.replace("sha256:", ""), "--"]);
});

it("refuses a host without room only when there is something to bring", () => {
  const judge = (text: string) => roomForImages([image], socket).judge([said(text)]);
  expect(judge("free 100 4096\n")).toEqual([expect.objectContaining({ severity: "error" })]);
  expect(judge(`free 100 4096\n${complete()}`)).toEqual([]);
  expect(judge("free 100000 4096\n")).toEqual([]);
});
