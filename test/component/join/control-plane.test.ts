import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RenderedFile } from "../../../src/base/rendered-file.ts";
import { renderPki } from "../../../src/certs/pki/pki.ts";
import { sharedFiles } from "../../../src/certs/shared/shared-material.ts";
import type { Host } from "../../../src/hosts/host.ts";
import { localHost } from "../../../src/hosts/local.ts";
import { joiningControlPlane } from "../../../src/join/joining-control-plane.ts";
import { HostMaterials } from "../../../src/phases/cluster/host-materials.ts";
import { initWith, inputWith, sampleMaking } from "../../kubeadm-sample.ts";

const trust = { server: "https://api.example.com:6443", clusterName: "kubernetes", ca: "" };
let host: Host;
let certificatesDir: string;

beforeAll(async () => {
  certificatesDir = await mkdtemp(join(tmpdir(), "slipway-pki-"));
  const around = { home: homedir(), env: process.env, user: userInfo().username };
  host = await localHost({ kind: "local", name: "localhost" }, around);
});
afterAll(async () => {
  await host?.close();
  await rm(certificatesDir, { recursive: true, force: true });
});

const configuration = (controlPlaneEndpoint = "api.example.com:6443") => ({
  certificatesDir,
  controlPlaneEndpoint,
  etcd: { local: { dataDir: join(certificatesDir, "data") } },
});
const joining = (controlPlaneEndpoint?: string) => {
  const { cluster } = inputWith(configuration(controlPlaneEndpoint));
  const client = () => {
    throw new Error("the cluster is not to be asked");
  };
  return joiningControlPlane({ host, cluster, trust, certificateKey: "", client });
};
const codes = (code: string) => expect.objectContaining({ details: expect.objectContaining({ code }) });

/** What the control planes of one cluster share. */
async function sharedOfACluster(): Promise<readonly RenderedFile[]> {
  const input = inputWith(configuration());
  const paths = new Set(sharedFiles(input.cluster).map(({ path }) => path));
  const { files } = await renderPki(input, new Map(), sampleMaking());
  return files.filter(({ path }) => paths.has(path));
}

async function write(files: readonly RenderedFile[]): Promise<void> {
  for (const { path, content, mode } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode });
  }
}

describe("a host that joins as a control plane", () => {
  it("is refused where the cluster has no address that control planes could share", () => {
    expect(() => joining("")).toThrow(codes("CONTROL_PLANE_ENDPOINT_MISSING"));
  });

  it("needs the certificate key, unless the certificates were copied to it by hand", async () => {
    await expect(joining().shared("localhost")).rejects.toEqual(codes("CERTIFICATE_KEY_MISSING"));
    const files = await sharedOfACluster();
    await write(files);
    const found = await joining().shared("localhost");
    expect(found?.map(({ content }) => content).sort()).toEqual(files.map(({ content }) => content).sort());
  });

  it("is refused with the authority of another cluster on it", async () => {
    await write(await sharedOfACluster());
    const others = await sharedOfACluster();
    const materials = new HostMaterials(
      () => sampleMaking(),
      async () => others,
    );
    await expect(materials.of(host, initWith(configuration()))).rejects.toEqual(
      codes("CONTROL_PLANE_OF_ANOTHER_CLUSTER"),
    );
  });
});
