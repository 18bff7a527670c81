import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import {
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../../../src/kube/client.ts";

export type Answer = (stream: ServerHttp2Stream, headers: Record<string, string>, body: string) => void;

/** An HTTP/2 server with a certificate of its own that answers as the test says: for faults that a real server shows rarely. */
export class FaultyServer {
  readonly connection: Connection;
  readonly sessions: ServerHttp2Session[] = [];
  answer: Answer = (stream) => json(stream, 404, {});
  readonly #server: Http2SecureServer;

  private constructor(server: Http2SecureServer, ca: string) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.connection = { server: `https://127.0.0.1:${port}`, ca, credentials: { kind: "token", token: "let-me-in" } };
    server.on("session", (session) => this.sessions.push(session.on("error", () => undefined)));
    server.on("stream", (stream, headers) => {
      stream.on("error", () => undefined);
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => this.answer(stream, headers as Record<string, string>, Buffer.concat(chunks).toString()));
    });
  }

  static async start(): Promise<FaultyServer> {
    const { key, cert } = selfSigned();
    const server = createSecureServer({ key, cert });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FaultyServer(server, cert);
  }

  stop(): void {
    for (const session of this.sessions) session.destroy();
    this.#server.close();
  }
}

export function json(
  stream: ServerHttp2Stream,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  stream.respond({ ":status": status, "content-type": "application/json", ...headers });
  stream.end(JSON.stringify(body));
}

function selfSigned(): { key: string; cert: string } {
  const dir = mkdtempSync(join(tmpdir(), "slipway-kube-"));
  try {
    const [key, cert] = [join(dir, "key"), join(dir, "cert")];
    const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
    execFileSync(
      "openssl",
      [...args, "-subj", "/CN=faulty", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
      { stdio: "ignore", timeout: 60_000 },
    );
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
