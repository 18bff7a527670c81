import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionFromKubeconfig } from "../../../src/kube/connection.ts";
import { createKubeClient } from "../../../src/kube/create-kube-client.ts";
import { parseToken, type TokenParts } from "../../../src/tokens/bootstrap-token.ts";
import { caPin } from "../../../src/tokens/ca-pin.ts";
import { clusterInfo, clusterInfoKubeconfig } from "../../../src/tokens/cluster-info.ts";
import { verifyClusterInfo } from "../../../src/tokens/verify-cluster-info.ts";
import { parseCertificate } from "../../../src/x509/certificate.ts";
import { type ControlPlane, startControlPlane } from "../apiserver/fixture.ts";
import { slipway } from "../cli/slipway.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane?.stop());

const token = (...args: string[]) => slipway({ home: plane.dir }, "token", ...args, "--kubeconfig", plane.kubeconfig);

describe("token commands against an API server", () => {
  it("make, list and delete tokens", async () => {
    expect(await token("list")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    const made = await token("create", "--ttl", "2h", "--description", "for a test");
    const text = made.stdout.trim();
    expect(parseToken(text)).toBeDefined();
    expect((await token("list")).stdout).toMatch(new RegExp(`\n${text.replace(".", "\\.")} +1\\d\\dm .*for a test`));
    const listed = JSON.parse((await token("list", "-o", "json")).stdout);
    expect(listed).toMatchObject({ kind: "BootstrapToken", token: text, usages: ["authentication", "signing"] });
    expect((await token("delete", text)).stdout).toBe(`bootstrap token "${text.slice(0, 6)}" deleted\n`);
    expect((await token("list")).stdout).toBe("");
  });

  it("let nobody take an id that is taken, delete one that is unknown, or write a malformed one", async () => {
    expect(await token("create", "abcdef.0123456789abcdef")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await token("create", "abcdef.ffffffffffffffff")).toMatchObject({
      exitCode: 14,
      stderr: expect.stringContaining("already exists"),
    });
    expect(await token("delete", "zzzzzz")).toMatchObject({
      exitCode: 14,
      stderr: expect.stringContaining("not found"),
    });
    expect(await token("delete", "zz")).toMatchObject({ exitCode: 64 });
    const malformed = await token("create", "abcdef.tooshort");
    expect(malformed).toMatchObject({ exitCode: 10, stderr: expect.stringContaining("bootstrap token is invalid") });
    expect(malformed.stderr).not.toContain("tooshort");
    expect(await token("create", "--certificate-key", "00")).toMatchObject({ exitCode: 64 });
  });

  it("print the command that joins, with the pin of the authority in cluster-info", async () => {
    const ca = await readFile(join(plane.dir, "ca.crt"), "utf8");
    const client = createKubeClient(connectionFromKubeconfig(await readFile(plane.kubeconfig, "utf8"), plane.dir));
    const info = clusterInfo(clusterInfoKubeconfig({ server: plane.server, ca }));
    const configMaps = { group: "", version: "v1", resource: "configmaps" };
    try {
      await client
        .create(
          { group: "", version: "v1", resource: "namespaces" },
          { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-public" } },
        )
        .catch(() => {});
      await client.create(configMaps, info);
    } finally {
      client.close();
    }
    const { stdout } = await token(
      "create",
      "joinme.0123456789abcdef",
      "--print-join-command",
      "--certificate-key",
      "00ff",
    );
    const pin = caPin(parseCertificate(ca) as NonNullable<ReturnType<typeof parseCertificate>>);
    const endpoint = plane.server.replace("https://", "");
    expect(stdout).toBe(
      `slipway join ${endpoint} --token joinme.0123456789abcdef --discovery-token-ca-cert-hash ${pin} --control-plane --certificate-key 00ff\n`,
    );
    const parts = parseToken("joinme.0123456789abcdef") as TokenParts;
    const signed = clusterInfo((info.data as Record<string, string>).kubeconfig ?? "", [parts]);
    expect(verifyClusterInfo(signed, parts, [pin]).server).toBe(plane.server);
  });
});

describe("a kubeconfig that can't be read", () => {
  it("is named with what to do", async () => {
    const ran = await slipway({ home: tmpdir() }, "token", "list", "--kubeconfig", "/nonexistent");
    expect(ran).toMatchObject({ exitCode: 10, stderr: expect.stringContaining("--kubeconfig") });
  });
});
