import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SlipwayError } from "../../../base/errors.ts";
import type { Endpoint } from "../endpoint.ts";
import {
  fingerprint,
  judgeHostKey,
  type KnownHost,
  keyTypeOf,
  knownHostsLine,
  parseKnownHosts,
} from "./known-hosts.ts";

/** All lines of the endpoint's known_hosts files; a file that isn't there has none. */
export async function readKnownHosts({ knownHosts }: Endpoint): Promise<KnownHost[]> {
  const texts = await Promise.all(
    knownHosts.map((path) =>
      readFile(path, "utf8").catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === "ENOENT") return "";
        throw thrown;
      }),
    ),
  );
  return texts.flatMap(parseKnownHosts);
}

/** Passes a key that may be trusted, recording a new one where that is allowed; otherwise rejects. */
export async function checkHostKey(endpoint: Endpoint, entries: readonly KnownHost[], shown: Buffer): Promise<void> {
  const verdict = judgeHostKey(entries, endpoint.keyName, shown);
  switch (verdict.kind) {
    case "known":
      return;
    case "unknown":
      if (endpoint.hostKeys === "strict") throw unknownHostKey(endpoint, shown);
      return record(endpoint, shown);
    case "changed":
      throw changedHostKey(endpoint, shown, verdict.entry);
    case "revoked":
      throw revokedHostKey(endpoint, shown);
    default:
      return verdict satisfies never;
  }
}

async function record(endpoint: Endpoint, shown: Buffer): Promise<void> {
  const [path = ""] = endpoint.knownHosts;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await appendFile(path, knownHostsLine(endpoint.keyName, shown), { mode: 0o600 });
}

function unknownHostKey(endpoint: Endpoint, shown: Buffer): SlipwayError {
  const { address, port, knownHosts } = endpoint;
  return new SlipwayError({
    code: "HOST_KEY_UNKNOWN",
    exit: "connection",
    message: "the host's key is not in known_hosts",
    tried: `${endpoint.keyName} in ${knownHosts.join(", ")}`,
    got: described(shown),
    remedy: `compare the fingerprint with the host's own, then add it (ssh-keyscan -p ${port} ${address}) or set hostKeys: accept-new`,
  });
}

function changedHostKey(endpoint: Endpoint, shown: Buffer, entry: KnownHost): SlipwayError {
  const recorded = Buffer.from(entry.key, "base64");
  return new SlipwayError({
    code: "HOST_KEY_CHANGED",
    exit: "connection",
    message: "the host's key is not the one on record: the host was made anew, or someone stands in between",
    tried: `${endpoint.keyName} in ${endpoint.knownHosts.join(", ")}`,
    got: `${described(shown)}; on record ${described(recorded)} (line ${entry.line})`,
    remedy: `when the change is known to be right: ssh-keygen -R '${endpoint.keyName}' -f ${endpoint.knownHosts[0]}`,
  });
}

function revokedHostKey(endpoint: Endpoint, shown: Buffer): SlipwayError {
  return new SlipwayError({
    code: "HOST_KEY_REVOKED",
    exit: "connection",
    message: "the host's key is marked @revoked in known_hosts",
    tried: `${endpoint.keyName} in ${endpoint.knownHosts.join(", ")}`,
    got: described(shown),
    remedy: "give the host a new key",
  });
}

function described(key: Buffer): string {
  return `${keyTypeOf(key)} ${fingerprint(key)}`;
}
