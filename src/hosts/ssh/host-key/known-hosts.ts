import { createHash, createHmac } from "node:crypto";

/** One usable line of a known_hosts file; sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export type KnownHost = {
  readonly marker: "none" | "revoked" | "cert-authority";
  /** Comma-separated patterns, or one hashed name. */
  readonly hosts: string;
  readonly keyType: string;
  readonly key: string;
  readonly line: number;
};

export type HostKeyVerdict =
  | { readonly kind: "known" }
  | { readonly kind: "unknown" }
  | { readonly kind: "revoked"; readonly entry: KnownHost }
  | { readonly kind: "changed"; readonly entry: KnownHost };

/** The lines that make sense; comments and broken ones are passed over, as ssh does. */
export function parseKnownHosts(text: string): KnownHost[] {
  return text.split("\n").flatMap((raw, index) => {
    const words = raw.trim().split(/\s+/);
    const marked = words[0]?.startsWith("@") ? words.shift()?.slice(1) : undefined;
    const [hosts = "", keyType = "", key = ""] = words;
    if (hosts.startsWith("#") || key === "") return [];
    const marker = marked ?? "none";
    if (marker !== "none" && marker !== "revoked" && marker !== "cert-authority") return [];
    return [{ marker, hosts, keyType, key, line: index + 1 }];
  });
}

/**
 * Judges the key that a host showed. A host with another key of the same type on record has changed; one with keys of
 * other types only has too, for its recorded types are negotiated first and it did not have them (as ssh judges).
 */
export function judgeHostKey(entries: readonly KnownHost[], name: string, shown: Buffer): HostKeyVerdict {
  const key = shown.toString("base64");
  const ours = entries.filter((entry) => entry.marker !== "cert-authority" && matches(entry, name));
  const revoked = ours.find((entry) => entry.marker === "revoked" && entry.key === key);
  if (revoked) return { kind: "revoked", entry: revoked };
  const recorded = ours.filter((entry) => entry.marker === "none");
  if (recorded.some((entry) => entry.key === key)) return { kind: "known" };
  const other = recorded.find((entry) => entry.keyType === keyTypeOf(shown)) ?? recorded[0];
  return other ? { kind: "changed", entry: other } : { kind: "unknown" };
}

/** The key types on record for a host, in the file's order. */
export function recordedKeyTypes(entries: readonly KnownHost[], name: string): string[] {
  const types = entries
    .filter((entry) => entry.marker === "none" && matches(entry, name))
    .map(({ keyType }) => keyType);
  return [...new Set(types)];
}

/** The line that records a key, with its end of line. */
export function knownHostsLine(name: string, key: Buffer): string {
  return `${name} ${keyTypeOf(key)} ${key.toString("base64")}\n`;
}

/** `host`, or `[host]:port` when the port is not 22. */
export function knownHostsName(address: string, port: number): string {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** As ssh-keygen -l prints it: SHA256:… without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** The type that a public key blob begins with; RFC 4253, section 6.6. */
export function keyTypeOf(key: Buffer): string {
  return key.length < 4 ? "" : key.toString("latin1", 4, 4 + key.readUInt32BE(0));
}

function matches({ hosts }: KnownHost, name: string): boolean {
  if (hosts.startsWith("|1|")) return matchesHash(hosts, name);
  const patterns = hosts.split(",");
  const isMatch = (pattern: string): boolean => matchesPattern(pattern, name);
  if (patterns.some((pattern) => pattern.startsWith("!") && isMatch(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && isMatch(pattern));
}

function matchesHash(hashed: string, name: string): boolean {
  const [, , salt = "", hash = ""] = hashed.split("|");
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

/** `*` and `?` as in ssh_config(5), "PATTERNS"; brackets are literal. */
function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .toLowerCase()
    .replace(/[.*+?^${}()|[\]\\]/g, (char) => (char === "*" ? ".*" : char === "?" ? "." : `\\${char}`));
  return new RegExp(`^${source}$`).test(name);
}
