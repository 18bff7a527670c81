import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blobStore } from "../../../src/runtime/oci/blob-store.ts";
import { assembleImage, blobsOf } from "../../../src/runtime/oci/image.ts";
import { packLayer } from "../../../src/runtime/oci/layer.ts";
import { textFile } from "../../../src/runtime/oci/tar-entry.ts";
import { openDistribution } from "../../../src/runtime/packaged/open.ts";
import { packDistribution } from "../../../src/runtime/packaged/pack.ts";

const scratch = mkdtempSync(join(tmpdir(), "slipway-packaged-"));
const packed = join(scratch, "packed");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("a packaged distribution", () => {
  beforeAll(async () => {
    const store = await blobStore(join(scratch, "store"));
    const layer = await packLayer([textFile("etc/motd", "hello\n")], { store, compression: "gzip" });
    const image = await assembleImage(store, {
      reference: "slipway.local/one:v1",
      layers: [layer],
      run: { cmd: ["cat", "/etc/motd"] },
      architecture: "amd64",
    });
    const file = (name: string) => {
      writeFileSync(join(scratch, name), `${name}\n`);
      return { source: join(scratch, name), sha256: `sum of ${name}` };
    };
    await packDistribution(
      { version: "0.0.1", kubelet: file("kubelet"), node: file("node"), images: { images: [image], store } },
      "v1.36.2",
      packed,
    );
    rmSync(join(scratch, "store"), { recursive: true });
  });

  it("gives images whose blobs are all in the folder", async () => {
    const { images } = await openDistribution(packed, "v1.36.2");
    const [image] = images.images;
    expect(image?.reference).toBe("slipway.local/one:v1");
    for (const { digest, size } of blobsOf(image!)) expect(await images.store.read(digest)).toHaveLength(size);
    expect([...image!.documents.keys()]).toEqual([image!.manifest.digest, image!.config.digest]);
  });

  it("gives the kubelet and Node from the folder, with their sums", async () => {
    const { kubelet, node, version } = await openDistribution(packed, "v1.36.2");
    expect(version).toBe("0.0.1");
    expect(readFileSync(kubelet.source, "utf8")).toBe("kubelet\n");
    expect(node).toEqual({ source: join(packed, "node"), sha256: "sum of node" });
  });

  it("refuses to stand in for another version of Kubernetes", async () => {
    await expect(openDistribution(packed, "v1.35.0")).rejects.toMatchObject({
      details: { code: "PACKAGE_OTHER_VERSION", exit: "configuration" },
    });
  });
});
