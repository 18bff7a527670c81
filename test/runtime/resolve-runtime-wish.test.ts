import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requireCluster } from "../../src/config/cluster/parse-cluster.ts";
import type { RuntimeSettings } from "../../src/config/cluster/runtime-kind.ts";
import { resolveRuntimeWish } from "../../src/runtime/resolve-runtime-wish.ts";
import { gzippedTar } from "./gzipped-tar.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-wish-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What the file format makes of a `runtime` block. */
function settings(block: string): RuntimeSettings {
  const indented = block.replace(/^/gm, "    ");
  const text = `apiVersion: slipway.dev/v1\nkind: Cluster\nspec:\n  hosts: [localhost]\n  runtime:\n${indented}\n`;
  return requireCluster({ file: join(folder, "cluster.yaml"), text, env: {} }).cluster.settings.runtime;
}
const place = () => ({
  folder,
  cache: join(folder, "cache"),
  around: { home: folder, env: { PASS: "s3cret" }, user: "x" },
});
const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

describe("spec.runtime", () => {
  it("asks for packages and nothing else when it says nothing", async () => {
    const wish = await resolveRuntimeWish(settings("engine: containerd"), place());
    expect(wish).toEqual({ install: { kind: "packages" }, registries: {} });
  });

  it("brings in the authorities and passwords that it refers to", async () => {
    await writeFile(join(folder, "ca.pem"), "PEM");
    const wish = await resolveRuntimeWish(
      settings(`registries:
- name: docker.io
  mirrors:
  - url: https://mirror.example.com
    caFile: ca.pem
  username: robot
  password: { env: PASS }
maxConcurrentDownloads: 7`),
      place(),
    );
    expect(wish.registries).toEqual({
      "docker.io": {
        mirrors: [{ url: "https://mirror.example.com", ca: "PEM" }],
        credentials: { username: "robot", password: "s3cret" },
      },
    });
    expect(wish.maxConcurrentDownloads).toBe(7);
  });

  it.each([
    ["a user without a password", "registries: [{ name: r, username: u }]", "CONFIG_INVALID"],
    ["an authority that is not there", "registries: [{ name: r, caFile: none.pem }]", "CONFIG_INVALID"],
    ["archives that are not named", "install: archives", "CONFIG_INVALID"],
    ["a registry whose name leaves its folder", "registries: [{ name: ../../cron.d }]", "CONFIG_INVALID"],
    ["a mirror that is no URL", "registries: [{ name: r, mirrors: [{ url: mirror.example.com }] }]", "CONFIG_INVALID"],
  ])("is refused for %s", async (_, block, code) => {
    await expect((async () => resolveRuntimeWish(settings(block), place()))()).rejects.toMatchObject({
      details: { code },
    });
  });
});

describe("release archives", () => {
  let server: Server;
  let asked = 0;
  let served: Buffer;
  beforeEach(async () => {
    asked = 0;
    served = await gzippedTar({ "bin/containerd": "github.com/containerd/containerd/v2/version" });
    await writeFile(join(folder, "local.tgz"), "local");
    server = createServer((_request, response) => {
      asked += 1;
      response.end(served);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));
  const block = (hash: string) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
    const local = `{ source: local.tgz, sha256: ${sha256("local")} }`;
    return `install: archives\narchives:\n  containerd: { source: "${url}", sha256: ${hash} }\n  runc: ${local}\n  cniPlugins: ${local}`;
  };

  it("are downloaded once and held against their hash", async () => {
    await resolveRuntimeWish(settings(block(sha256(served))), place());
    const { install } = await resolveRuntimeWish(settings(block(sha256(served))), place());
    expect(asked).toBe(1);
    expect(install).toMatchObject({
      kind: "archives",
      containerd: { configFormat: 3 },
      runc: { file: join(folder, "local.tgz") },
    });
    expect(install.kind === "archives" && (await readFile(install.containerd.file))).toEqual(served);
  });

  it("are refused when they hash to something else", async () => {
    const wish = resolveRuntimeWish(settings(block(sha256("another"))), place());
    await expect(wish).rejects.toMatchObject({ details: { code: "ARCHIVE_MISMATCH" } });
  });
});
