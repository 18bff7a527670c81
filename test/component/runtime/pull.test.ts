import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localHost } from "../../../src/hosts/local.ts";
import type { Mode, Target } from "../../../src/phases/engine/phase.ts";
import { pullImages } from "../../../src/phases/images/pull-images.ts";
import { blobStore } from "../../../src/runtime/oci/blob-store.ts";
import { assembleImage } from "../../../src/runtime/oci/image.ts";
import { packLayer } from "../../../src/runtime/oci/layer.ts";
import { writeLayout } from "../../../src/runtime/oci/layout.ts";
import { textFile } from "../../../src/runtime/oci/tar-entry.ts";
import { startWithinMs } from "./limits.ts";
import { containerdSeries, type PrivateContainerd, startContainerd } from "./private-containerd.ts";
import { account, type Registry, startRegistry } from "./registry.ts";

let folder = "";
let registry: Registry;
/** Serves the same images at an address for which the runtime knows a wrong password. */
let another: Registry;
let target: Target;

/** Writes an OCI layout with one small image, and gives the image's name in it. */
async function layoutOfAnImage(directory: string): Promise<string> {
  const store = await blobStore(join(folder, "store"));
  const reference = "slipway.local/pause:1";
  const layers = [await packLayer([textFile("a", "a")], { store, compression: "zstd" })];
  await writeLayout(
    directory,
    [await assembleImage(store, { reference, layers, run: {}, architecture: "amd64" })],
    store,
  );
  return reference;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-pull-"));
  const reference = await layoutOfAnImage(join(folder, "layout"));
  registry = await startRegistry(join(folder, "registry"));
  another = await startRegistry(join(folder, "registry"));
  for (const name of ["pause:1", "library/pause:1"]) await registry.push(join(folder, "layout"), reference, name);
  const host = await localHost({ kind: "local", name: "here" }, { home: folder, env: {}, user: "root" });
  const { signal } = new AbortController();
  target = { host, facts: await host.facts(), mode: "apply", signal, report: () => {}, fleet: async () => [] };
}, startWithinMs);
afterAll(async () => {
  registry?.stop();
  another?.stop();
  await target?.host.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(containerdSeries)("containerd %s", (series) => {
  let containerd: PrivateContainerd;
  beforeAll(async () => {
    const mirrors = [{ url: `https://${registry.address}`, ca: registry.ca }];
    const registries = {
      "docker.io": { mirrors },
      "registry.k8s.io": { mirrors },
      [registry.address]: { mirrors: [], ca: registry.ca, credentials: account },
      [another.address]: { mirrors: [], ca: another.ca, credentials: { ...account, password: "wrong" } },
      [`localhost:${registry.port}`]: { mirrors: [], credentials: account },
    };
    containerd = await startContainerd({ series, registries });
  }, startWithinMs);
  afterAll(() => containerd?.stop());

  const pull = (references: readonly string[], mode: Mode = "apply") => {
    const runtime = { socket: containerd.socket, install: { kind: "none" } } as const;
    const settings = { imagePullPolicy: "IfNotPresent", imagePullSerial: true } as const;
    return pullImages(references, { runtime, mode, ...settings }, target);
  };
  const isThere = async (image: string) => Boolean((await containerd.cri.imageStatus({ image: { image } })).image);

  it.each(["docker.io/library/pause:1", "registry.k8s.io/pause:1"])(
    "fetches %s from a mirror that asks for a password and has an authority of its own",
    async (image) => {
      const change = { object: `image ${image}`, action: "create" };
      expect(await pull([image], "plan")).toEqual([change]);
      expect(await isThere(image)).toBe(false);
      expect(await pull([image])).toEqual([change]);
      expect(await isThere(image)).toBe(true);
      expect(await pull([image])).toEqual([]);
    },
  );

  it.each([
    ["a wrong password", () => `${another.address}/pause:1`, /401|unauthorized/i],
    ["an authority that it does not know", () => `localhost:${registry.port}/pause:1`, /unknown authority/],
    ["an image that is not there", () => `${registry.address}/none:1`, /not found/],
  ])("says which image could not be had, and why, for %s", async (_, reference, got) => {
    await expect(pull([reference()])).rejects.toMatchObject({
      details: {
        code: "IMAGE_NOT_PULLED",
        message: expect.stringContaining(reference()),
        got: expect.stringMatching(got),
        remedy: expect.stringContaining("spec.runtime.registries"),
      },
    });
  });

  it("takes a pod's own credentials over those of its settings", async () => {
    const image = { image: `${another.address}/pause:1` };
    const auth = { ...account };
    expect((await containerd.cri.pullImage({ image, auth })).imageRef).not.toBe("");
  });
});
