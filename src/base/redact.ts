const hidden = "[redacted]";

/** Secrets by their shape; each keeps what stands around it. The last group of a pattern is what is hidden. */
const shapes: readonly RegExp[] = [
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(\b[a-z0-9]{6}\.)[a-z0-9]{16}\b/g,
  /(\bBearer\s+)[\w.~+/=-]+/gi,
  /(\beyJ)[\w-]{10,}\.[\w-]+\.[\w-]*/g,
  /((?<![\w-])(?:auth|identitytoken)["']?\s*[:=]\s*["'])[^"']{6,}/gi,
  /(\bcertificate-?key["']?[\s:=]+["']?)[0-9a-f]{64}\b/gi,
  /((?<![\w-])(?:client-key-data|password|passphrase|token|secret)["']?\s*[:=]\s*["']?)(?!\[redacted\])[^\s"',}]{6,}/gi,
];

/** The text without secrets: those known by value, and those known by their shape (keys, tokens, passwords). */
export function redact(text: string, secrets: Iterable<string> = []): string {
  const known = [...secrets].filter((secret) => secret.length > 0).sort((a, b) => b.length - a.length);
  const withoutKnown = known.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
  return shapes.reduce((rest, shape) => rest.replace(shape, `$1${hidden}`), withoutKnown);
}
