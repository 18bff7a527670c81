import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KubeClient } from "../../../src/kube/client.ts";
import { rotateServingCertificate } from "../../../src/kubelet/tls/serving-certificate.ts";
import { selfSignedCertificate } from "../../../src/x509/self-signed.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubelet-tls-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("a stored pair that a power cut made useless is told, and another is asked for", async () => {
  const { cert, key } = selfSignedCertificate({ commonName: "n", dnsNames: ["n"], ipAddresses: [] }, new Date());
  await writeFile(join(directory, "kubelet-server-current.pem"), `${cert}${key.slice(0, key.length / 2)}`);
  const server = createServer({ cert, key });
  const stop = new AbortController();
  const asked = Promise.withResolvers<string>();
  const told: string[] = [];
  const client = {
    create: async (_: unknown, request: { kind: string }) => {
      asked.resolve(request.kind);
      stop.abort();
      throw new Error("the test is over");
    },
  } as unknown as KubeClient;
  await rotateServingCertificate({
    client,
    certDir: directory,
    log: { info: () => undefined, debug: () => undefined, error: (message) => told.push(message) },
    now: Date.now,
    random: Math.random,
    signal: stop.signal,
    identity: () => ({ nodeName: "n", addresses: [] }),
    onPair: (pair) => server.setSecureContext(pair),
  });
  expect(await asked.promise).toBe("CertificateSigningRequest");
  expect(told).toEqual(["The stored serving certificate can't be used"]);
});
