import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { connectionFromKubeconfig, inClusterConnection } from "../../src/kube/connection.ts";

const dir = mkdtempSync(join(tmpdir(), "slipway-kubeconfig-"));
afterAll(() => rmSync(dir, { recursive: true }));
const base64 = (text: string) => Buffer.from(text).toString("base64");

function kubeconfig(user: object, cluster: object = {}): string {
  return JSON.stringify({
    "current-context": "it",
    contexts: [{ name: "it", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: "https://10.0.0.1:6443", ...cluster } }],
    users: [{ name: "u", user }],
  });
}

test("embedded certificates are decoded", () => {
  const text = kubeconfig(
    { "client-certificate-data": base64("CERT"), "client-key-data": base64("KEY") },
    { "certificate-authority-data": base64("CA") },
  );
  expect(connectionFromKubeconfig(text, dir)).toMatchObject({
    server: "https://10.0.0.1:6443",
    ca: "CA",
    credentials: { kind: "certificate", cert: "CERT", key: "KEY" },
  });
});

test("files are named relative to the kubeconfig and read again by the client", () => {
  writeFileSync(join(dir, "ca.crt"), "CA");
  const text = kubeconfig(
    { "client-certificate": "pki/a.crt", "client-key": "/b.key" },
    { "certificate-authority": "ca.crt" },
  );
  expect(connectionFromKubeconfig(text, dir)).toMatchObject({
    ca: "CA",
    credentials: { kind: "certificateFiles", certPath: join(dir, "pki/a.crt"), keyPath: "/b.key" },
  });
});

test.each([
  [{ token: "abc" }, { kind: "token", token: "abc" }],
  [
    { tokenFile: "t", token: "abc" },
    { kind: "tokenFile", path: join(dir, "t") },
  ],
  [{}, { kind: "anonymous" }],
])("the user %j", (user, credentials) => {
  expect(connectionFromKubeconfig(kubeconfig(user), dir).credentials).toEqual(credentials);
});

test.each([
  ["", "current-context"],
  [kubeconfig({}).replace('"current-context":"it"', '"current-context":"other"'), '"other"'],
  [kubeconfig({ "client-certificate-data": base64("CERT") }), "not both"],
])("%#: what is missing is named", (text, words) => {
  expect(() => connectionFromKubeconfig(text, dir)).toThrow(words);
});

test("outside of a pod there is no in-cluster connection", () => {
  expect(() => inClusterConnection({})).toThrow("KUBERNETES_SERVICE_HOST");
});
