import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SlipwayError } from "../../src/base/errors.ts";
import { yaml } from "../../src/base/yaml.ts";
import { discoverFromFile } from "../../src/join/discovery-file.ts";
import { base64 } from "../../src/kubeconfig/kubeconfig.ts";

const server = "https://192.0.2.11:6443";
const token = "abcdef.0123456789abcdef";
const cluster = { server, "certificate-authority-data": base64("CA") };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-discovery-"));
  await writeFile(join(folder, "ca.crt"), "CA of a file");
  await writeFile(join(folder, "me.crt"), "certificate");
  await writeFile(join(folder, "me.key"), "key");
  await writeFile(join(folder, "token"), "t0ken\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function discovered(config: object | string, tlsBootstrapToken = token) {
  const path = join(folder, "discovery.conf");
  await writeFile(path, typeof config === "string" ? config : yaml({ apiVersion: "v1", kind: "Config", ...config }));
  return discoverFromFile(path, tlsBootstrapToken);
}
const refusal = (found: Promise<unknown>) =>
  found.then(
    () => "accepted",
    ({ details }: SlipwayError) => `${details.code}: ${details.got}`,
  );
const withUser = (user: object, fields: object = cluster) => ({
  clusters: [
    { name: "other", cluster: { server: "https://192.0.2.99" } },
    { name: "prod", cluster: fields },
  ],
  users: [{ name: "me", user }],
  contexts: [{ name: "c", context: { cluster: "prod", user: "me" } }],
  "current-context": "c",
});

describe("a discovery file", () => {
  it("may be cluster-info as the cluster publishes it, to which the token adds credentials", async () => {
    expect(await discovered({ clusters: [{ name: "", cluster }] })).toEqual({
      trust: { server, clusterName: "kubernetes", ca: "CA" },
      credentials: { kind: "token", token },
    });
  });

  it.each([
    ["a token", { token: "own" }, { kind: "token", token: "own" }],
    ["a file with a token", { tokenFile: "token" }, { kind: "token", token: "t0ken" }],
    [
      "a certificate",
      { "client-certificate-data": base64("c"), "client-key-data": base64("k") },
      { kind: "certificate", certificate: "c", privateKey: "k" },
    ],
    [
      "files with a certificate",
      { "client-certificate": "me.crt", "client-key": "me.key" },
      { kind: "certificate", certificate: "certificate", privateKey: "key" },
    ],
  ])("keeps its user's credentials: %s", async (_, user, credentials) => {
    const found = await discovered(withUser(user));
    expect(found).toEqual({ trust: { server, clusterName: "prod", ca: "CA" }, credentials });
  });

  it("may name its authority by a path beside it", async () => {
    const { trust } = await discovered(withUser({}, { server, "certificate-authority": "ca.crt" }));
    expect(trust.ca).toBe("CA of a file");
  });

  it("is refused with the reason", async () => {
    expect(await refusal(discoverFromFile("https://192.0.2.1/discovery", token))).toContain("it is a URL");
    expect(await refusal(discoverFromFile(join(folder, "nothing"), token))).toMatch(/DISCOVERY_FILE_INVALID: ENOENT/);
    expect(await refusal(discovered("{"))).toContain("no kubeconfig");
    expect(await refusal(discovered({ clusters: [] }))).toContain("names no cluster");
    expect(await refusal(discovered(withUser({}, { server })))).toContain("no certificate authority");
    expect(await refusal(discovered({ clusters: [{ name: "", cluster }] }, ""))).toContain("no credentials");
    expect(await refusal(discovered(withUser({ tokenFile: "gone" })))).toContain("ENOENT");
  });
});
