import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { createLog } from "../../../src/kubelet/log.ts";
import { ClientIdentity } from "../../../src/kubelet/tls/client-identity.ts";
import { selfSignedCertificate } from "../../../src/x509/self-signed.ts";
import { FaultyServer, json } from "../kube/faulty-server.ts";

// How a kubelet comes to its certificate, and what it says where it does not: a hand-made signer in place of the cluster's.

const day = 24 * 3600_000;
const pair = (ageDays: number) =>
  selfSignedCertificate(
    { commonName: "system:node:n", dnsNames: [], ipAddresses: [] },
    new Date(Date.now() - ageDays * day),
  );

let server: FaultyServer;
let directory: string;
let lines: string[];
let stop: AbortController;
/** What the signer says to each request in turn; the last goes for all that follow. */
let verdicts: object[];
let requests: { spec: { signerName: string; usages: string[] } }[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubelet-identity-"));
  server = await FaultyServer.start();
  [lines, requests, stop] = [[], [], new AbortController()];
  verdicts = [{ certificate: Buffer.from(pair(0).cert).toString("base64") }];
  server.answer = (stream, { ":method": method = "" }, body) => {
    const metadata = { name: `csr-${requests.length}`, resourceVersion: "1" };
    if (method === "POST") {
      requests.push(JSON.parse(body) as (typeof requests)[number]);
      json(stream, 201, { metadata });
      return;
    }
    const status = verdicts[Math.min(requests.length, verdicts.length) - 1];
    json(stream, 200, { metadata, status });
  };
});
afterEach(async () => {
  stop.abort();
  server.stop();
  await rm(directory, { recursive: true, force: true });
});

const file = (name: string) => join(directory, name);

/** A kubeconfig for the server with this user. */
async function kubeconfig(name: string, user: object): Promise<void> {
  const ca = Buffer.from(server.connection.ca ?? "").toString("base64");
  const text = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: server.connection.server, "certificate-authority-data": ca } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
  await writeFile(file(name), text);
}

function identity({ rotateCertificates = false } = {}): ClientIdentity {
  return new ClientIdentity({
    kubeconfig: file("kubelet.conf"),
    bootstrapKubeconfig: file("bootstrap-kubelet.conf"),
    certDir: file("pki"),
    nodeName: "n",
    rotateCertificates,
    log: createLog(
      4,
      (line) => lines.push(line),
      () => new Date(),
    ),
    now: Date.now,
    random: () => 0.5,
    signal: stop.signal,
  });
}

const withKeys = ({ cert, key }: { cert: string; key: string }) => ({
  "client-certificate-data": Buffer.from(cert).toString("base64"),
  "client-key-data": Buffer.from(key).toString("base64"),
});

test("without any kubeconfig there is no way on, and the error says what to run", async () => {
  const failure = await identity()
    .connection()
    .catch((thrown: unknown) => thrown);
  expect(failure).toMatchObject({ details: { code: "KUBELET_NO_IDENTITY", remedy: expect.stringContaining("join") } });
});

test("a bootstrap token becomes a certificate of the node, and a kubeconfig that refers to it", async () => {
  await kubeconfig("bootstrap-kubelet.conf", { token: "abcdef.0123456789abcdef" });
  const { credentials } = await identity().connection();
  const current = file("pki/kubelet-client-current.pem");
  expect(credentials).toEqual({ kind: "certificateFiles", certPath: current, keyPath: current });
  expect(requests[0]?.spec).toMatchObject({
    signerName: "kubernetes.io/kube-apiserver-client-kubelet",
    usages: ["digital signature", "client auth"],
  });
  expect(await readFile(file("kubelet.conf"), "utf8")).toContain(current);
});

test("a certificate that has ended is exchanged by the bootstrap token", async () => {
  await kubeconfig("bootstrap-kubelet.conf", { token: "abcdef.0123456789abcdef" });
  await kubeconfig("kubelet.conf", withKeys(pair(4000)));
  await identity().connection();
  expect(requests).toHaveLength(1);
});

test("a request that is denied is told in the log, and asked again", async () => {
  await kubeconfig("bootstrap-kubelet.conf", { token: "abcdef.0123456789abcdef" });
  verdicts.unshift({ conditions: [{ type: "Denied", message: "not you" }] });
  await identity().connection();
  expect(requests).toHaveLength(2);
  expect(lines.join("")).toContain("Could not get a client certificate by TLS bootstrap");
  expect(lines.join("")).toContain("Denied: not you");
});

test("a certificate that came with the kubeconfig is exchanged at once", async () => {
  await kubeconfig("kubelet.conf", withKeys(pair(0)));
  const mine = identity({ rotateCertificates: true });
  void mine.rotate(await mine.connection());
  await until(() => lines.some((line) => line.includes("Rotated the client certificate")), {
    for: "the rotation",
    withinMs: 60_000,
    everyMs: 20,
  });
  expect(requests).toHaveLength(1);
  expect(await readFile(file("pki/kubelet-client-current.pem"), "utf8")).toContain(
    Buffer.from((verdicts[0] as { certificate: string }).certificate, "base64")
      .toString()
      .trim(),
  );
});
