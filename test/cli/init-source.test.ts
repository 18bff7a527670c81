import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { initDocumentsOf } from "../../src/cli/init-source.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-init-source-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const path = join(folder, "file.yaml");
  writeFileSync(path, text);
  return path;
}

const clusterConfiguration = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\ndns: { imageTag: v9 }\n";

test("a cluster file stands for the kubeadm documents in it, and for what its Cluster says of the same settings", () => {
  const spec = "spec: { imageRepository: registry.example.com, hosts: [root@192.0.2.1] }\n";
  const cluster = `apiVersion: slipway.dev/v1\nkind: Cluster\nmetadata: { name: blue }\n${spec}`;
  const [document, ...others] = initDocumentsOf({ config: written(`${cluster}---\n${clusterConfiguration}`) });
  expect(document).toMatchObject({
    kind: "ClusterConfiguration",
    body: { clusterName: "blue", imageRepository: "registry.example.com", dns: { imageTag: "v9" } },
  });
  expect(others).toEqual([]);
});

test("a kubeadm configuration is taken as it is", () => {
  const documents = initDocumentsOf({ config: written(clusterConfiguration) });
  expect(documents.map(({ kind, body }) => [kind, body])).toEqual([
    ["ClusterConfiguration", { dns: { imageTag: "v9" } }],
  ]);
});
