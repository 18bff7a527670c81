import { readFileSync, statSync } from "node:fs";
import type { Connection } from "./client.ts";

type Credentials = Connection["credentials"];

/** The TLS client certificate to show, read at the time of the call; nothing for tokens. */
export function clientCertificate(credentials: Credentials): { cert: string; key: string } | undefined {
  if (credentials.kind === "certificate") return { cert: credentials.cert, key: credentials.key };
  if (credentials.kind !== "certificateFiles") return undefined;
  return { cert: readFileSync(credentials.certPath, "utf8"), key: readFileSync(credentials.keyPath, "utf8") };
}

/** Changes when a certificate on disk was exchanged, so that the session must be made anew. */
export function certificateVersion(credentials: Credentials): string {
  if (credentials.kind !== "certificateFiles") return "";
  const { ino, mtimeMs } = statSync(credentials.certPath);
  return `${ino}:${mtimeMs}`;
}

/** The value of the authorization header, if the credentials are a token; a file is read again when it changed. */
export function authorizationHeader(credentials: Credentials): () => string | undefined {
  switch (credentials.kind) {
    case "token":
      return () => `Bearer ${credentials.token}`;
    case "tokenFile":
      return tokenFileHeader(credentials.path);
    case "certificate":
    case "certificateFiles":
    case "anonymous":
      return () => undefined;
    default:
      return credentials satisfies never;
  }
}

function tokenFileHeader(path: string): () => string {
  let seen = { mtimeMs: -1, header: "" };
  return () => {
    const { mtimeMs } = statSync(path);
    if (mtimeMs !== seen.mtimeMs) seen = { mtimeMs, header: `Bearer ${readFileSync(path, "utf8").trim()}` };
    return seen.header;
  };
}
