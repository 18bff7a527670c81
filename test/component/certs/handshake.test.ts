import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type TLSSocket } from "node:tls";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { renderPki } from "../../../src/certs/pki/pki.ts";
import { asExisting, inputWith, sampleMaking } from "../../kubeadm-sample.ts";

const input = inputWith();
const folder = input.cluster.certificatesDir;
type Material = Map<string, string>;
let cluster: Material;
let stranger: Material;
let server: Server | undefined;

beforeAll(async () => {
  const making = sampleMaking(new Date());
  const [ours, theirs] = await Promise.all([renderPki(input, new Map(), making), renderPki(input, new Map(), making)]);
  cluster = asExisting(ours.files);
  stranger = asExisting(theirs.files);
});
afterEach(() => server?.close());

const pem = (material: Material, file: string) => material.get(`${folder}/${file}`) ?? "";
const pair = (material: Material, name: string) => ({
  cert: pem(material, `${name}.crt`),
  key: pem(material, `${name}.key`),
});

/** Who the server takes the client for, or why one of them refused the other. */
async function handshake(given: {
  server: { cert: string; key: string; clientCa: string };
  client: { cert: string; key: string; ca: string; servername: string };
}): Promise<string> {
  const { cert, key, clientCa } = given.server;
  server = createServer({ cert, key, ca: clientCa, requestCert: true, rejectUnauthorized: true }, (socket: TLSSocket) =>
    socket.end(String(socket.getPeerCertificate().subject.CN)),
  );
  const refused = new Promise<string>((resolve) => {
    server?.on("tlsClientError", (thrown: NodeJS.ErrnoException) => resolve(thrown.code ?? thrown.message));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const taken = new Promise<string>((resolve) => {
    const client = connect({ port, host: "127.0.0.1", ...given.client });
    let text = "";
    client.on("data", (chunk) => {
      text += chunk;
    });
    // a refused client sees no more than the end of the connection; the server knows why
    client.on("end", () => text !== "" && resolve(text));
    client.on("error", (thrown: NodeJS.ErrnoException) => thrown.code !== "ECONNRESET" && resolve(thrown.code ?? ""));
  });
  return Promise.race([taken, refused]);
}

/** Node's word for a client whose certificate the server did not take. */
const refusedByServer = "ECONNRESET";

const apiserver = () => ({ ...pair(cluster, "apiserver"), clientCa: pem(cluster, "ca.crt") });
const kubeletClient = () => ({
  ...pair(cluster, "apiserver-kubelet-client"),
  ca: pem(cluster, "ca.crt"),
  servername: "kubernetes.default.svc",
});

describe("a TLS handshake", () => {
  it("succeeds between certificates of one authority, under every name of the server", async () => {
    for (const servername of ["ref1", "kubernetes", "kubernetes.default.svc.cluster.local"]) {
      const client = { ...kubeletClient(), servername };
      expect(await handshake({ server: apiserver(), client })).toBe("kube-apiserver-kubelet-client");
    }
  });

  it("fails under a name that the server's certificate doesn't have", async () => {
    const client = { ...kubeletClient(), servername: "example.org" };
    expect(await handshake({ server: apiserver(), client })).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it("fails when the client's certificate is another authority's", async () => {
    const client = { ...kubeletClient(), ...pair(stranger, "apiserver-kubelet-client") };
    expect(await handshake({ server: apiserver(), client })).toBe(refusedByServer);
    const wrongFamily = { ...kubeletClient(), ...pair(cluster, "front-proxy-client") };
    expect(await handshake({ server: apiserver(), client: wrongFamily })).toBe(refusedByServer);
  });

  it("fails when the server's certificate is another authority's", async () => {
    const impostor = { ...pair(stranger, "apiserver"), clientCa: pem(cluster, "ca.crt") };
    expect(await handshake({ server: impostor, client: kubeletClient() })).toMatch(
      /SELF_SIGNED|UNABLE_TO_VERIFY|SIGNATURE/,
    );
  });

  it("fails with a server's certificate in a client's place, and the other way round", async () => {
    const client = { ...kubeletClient(), ...pair(cluster, "apiserver") };
    expect(await handshake({ server: apiserver(), client })).toBe(refusedByServer);
    const server = { ...pair(cluster, "apiserver-kubelet-client"), clientCa: pem(cluster, "ca.crt") };
    expect(await handshake({ server, client: kubeletClient() })).toMatch(/INVALID_PURPOSE|ALTNAME/);
  });

  it("succeeds between etcd's peers in both roles", async () => {
    const ca = pem(cluster, "etcd/ca.crt");
    const peer = pair(cluster, "etcd/peer");
    const named = { ...peer, ca, servername: "localhost" };
    expect(await handshake({ server: { ...peer, clientCa: ca }, client: named })).toBe("ref1");
    const etcd = { ...pair(cluster, "etcd/server"), clientCa: ca };
    const client = { ...pair(cluster, "apiserver-etcd-client"), ca, servername: "localhost" };
    expect(await handshake({ server: etcd, client })).toBe("kube-apiserver-etcd-client");
  });
});
