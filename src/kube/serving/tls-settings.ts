import { getCiphers, type SecureVersion } from "node:tls";
import { SlipwayError } from "../../base/errors.ts";

export type TlsSettings = { readonly minVersion: SecureVersion; readonly ciphers?: string };

const versions: Readonly<Record<string, SecureVersion>> = {
  VersionTLS10: "TLSv1",
  VersionTLS11: "TLSv1.1",
  VersionTLS12: "TLSv1.2",
  VersionTLS13: "TLSv1.3",
};

/** On with TLS 1.3 whatever the flag says: Go, whose meaning it has, lets nobody choose among them. */
const tls13Suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

/** What --tls-min-version and --tls-cipher-suites (IANA's names) ask for. Throws FLAG_INVALID. */
export function tlsSettings(minVersion: string, suites: readonly string[]): TlsSettings {
  const version = versions[minVersion || "VersionTLS12"];
  if (!version) throw invalid("tls-min-version", minVersion, Object.keys(versions).join(", "));
  if (suites.length === 0) return { minVersion: version };
  const chosen = suites.filter((suite) => !tls13Suites.split(":").includes(suite)).map(openSslName);
  return { minVersion: version, ciphers: [tls13Suites, ...chosen].join(":") };
}

/** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is ECDHE-RSA-AES128-GCM-SHA256 to OpenSSL. */
function openSslName(suite: string): string {
  const [, exchange = "", cipher = ""] = /^TLS_(ECDHE_ECDSA|ECDHE_RSA|RSA)_WITH_(.+)$/.exec(suite) ?? [];
  const parts = cipher
    .replace(/^AES_(\d+)_CBC_/, "AES$1-")
    .replace(/^AES_(\d+)_GCM_/, "AES$1-GCM-")
    .replace(/^CHACHA20_POLY1305(_SHA256)?$/, "CHACHA20-POLY1305");
  const name = exchange === "RSA" ? parts : `${exchange.replace("_", "-")}-${parts}`;
  if (!getCiphers().includes(name.toLowerCase()))
    throw invalid("tls-cipher-suites", suite, "suites of TLS 1.2 and 1.3");
  return name;
}

function invalid(flag: string, value: string, wanted: string): SlipwayError {
  const message = `invalid argument "${value}" for "--${flag}": it takes ${wanted}`;
  return new SlipwayError({ code: "FLAG_INVALID", exit: "usage", message });
}
