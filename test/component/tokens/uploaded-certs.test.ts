import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderPki } from "../../../src/certs/pki/pki.ts";
import { newCertificateKey } from "../../../src/certs/shared/certificate-key.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { connectionFromKubeconfig } from "../../../src/kube/connection.ts";
import { createKubeClient } from "../../../src/kube/create-kube-client.ts";
import { downloadCerts, uploadCerts } from "../../../src/phases/cluster/uploaded-certs.ts";
import { asExisting, inputWith, sampleMaking } from "../../kubeadm-sample.ts";
import { type ControlPlane, startControlPlane } from "../apiserver/fixture.ts";

const { cluster } = inputWith();
const key = newCertificateKey(randomBytes);
let plane: ControlPlane;
let client: KubeClient;
let files: Map<string, string>;

beforeAll(async () => {
  plane = await startControlPlane();
  client = createKubeClient(connectionFromKubeconfig(await readFile(plane.kubeconfig, "utf8"), plane.dir));
  files = asExisting((await renderPki(inputWith(), new Map(), sampleMaking())).files);
});
afterAll(async () => {
  client?.close();
  await plane?.stop();
});

describe("uploaded certificates in a cluster", () => {
  it("are not there before anybody uploaded them", async () => {
    await expect(downloadCerts(client, cluster, key)).rejects.toMatchObject({
      details: { code: "SHARED_CERTS_EXPIRED" },
    });
  });

  it("come back with their key, belong to a token that expires, and can be uploaded again", async () => {
    const making = { now: new Date(), random: randomBytes };
    await uploadCerts(client, { cluster, files, key, making });
    const downloaded = asExisting(await downloadCerts(client, cluster, key));
    expect(downloaded.size).toBe(8);
    for (const [path, content] of downloaded) expect(content).toBe(files.get(path));
    const owner = await plane.kubectl(
      "-n",
      "kube-system",
      "get",
      "secret",
      "kubeadm-certs",
      "-o",
      "jsonpath={.metadata.ownerReferences[0].name}",
    );
    expect(await plane.kubectl("-n", "kube-system", "get", "secret", owner, "-o", "jsonpath={.type}")).toBe(
      "bootstrap.kubernetes.io/token",
    );
    const other = newCertificateKey(randomBytes);
    await uploadCerts(client, { cluster, files, key: other, making });
    await expect(downloadCerts(client, cluster, key)).rejects.toMatchObject({
      details: { code: "CERTIFICATE_KEY_WRONG" },
    });
    expect(await downloadCerts(client, cluster, other)).toHaveLength(8);
  });

  it("show nothing of a key to who reads the Secret", async () => {
    const text = await plane.kubectl("-n", "kube-system", "get", "secret", "kubeadm-certs", "-o", "json");
    const { data } = JSON.parse(text) as { data: Record<string, string> };
    for (const value of Object.values(data))
      expect(Buffer.from(value, "base64").toString("latin1")).not.toContain("BEGIN");
  });
});
