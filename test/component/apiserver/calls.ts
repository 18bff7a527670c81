/** Requests of component tests over HTTP/2, with what comes back. */
import { readFileSync } from "node:fs";
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import { join } from "node:path";
import type { ControlPlane } from "./fixture.ts";
import { issueClient } from "./pki.ts";

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as JSON. */
  readonly json: () => Json;
};
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by each test as it needs
type Json = any;
export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** A connection as the owner of `<name>.crt` in the plane's folder; it outlives no server. */
export function sessionOf(plane: ControlPlane, name = "admin"): ClientHttp2Session {
  const read = (file: string) => readFileSync(join(plane.dir, file));
  const made = connect(plane.server, { ca: read("ca.crt"), cert: read(`${name}.crt`), key: read(`${name}.key`) });
  // Servers that are killed break their sessions; each call tells.
  made.on("error", () => undefined);
  return made;
}

/** A connection as another user: "/CN=jane/O=devs". */
export function sessionAs(plane: ControlPlane, name: string, subject: string): ClientHttp2Session {
  issueClient(plane.dir, "ca", name, subject);
  return sessionOf(plane, name);
}

export function callsOver(session: ClientHttp2Session): Call {
  return (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const stream = session.request({ ":method": method, ":path": path, ...type, ...headers });
      let answered: IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      stream.on("response", (one) => {
        answered = one;
      });
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      // a stream whose server was killed may close without an end
      stream.on("close", () => {
        const text = Buffer.concat(chunks).toString();
        const status = Number(answered[":status"] ?? 0);
        resolve({ status, headers: answered, body: text, json: () => JSON.parse(text) });
      });
      stream.on("error", reject);
      stream.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
    });
}

/** Follows a collection; gives the types and names of what is told. */
export function watching(session: ClientHttp2Session, path: string): { readonly seen: string[] } {
  const stream = session.request({ ":path": `${path}?watch=true&resourceVersion=0` });
  const seen: string[] = [];
  let rest = "";
  stream.on("error", () => undefined);
  stream.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as {
        type: string;
        object: { code?: number; metadata: { name?: string } };
      };
      seen.push(`${type} ${object.code ?? object.metadata.name}`);
    }
  });
  return { seen };
}
