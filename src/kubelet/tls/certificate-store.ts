import { X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A certificate with its key, both in one PEM text, as upstream's store keeps them. */
export type StoredCertificate = {
  readonly pem: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly subject: string;
};

/** The newest certificate of a kind: `<dir>/<prefix>-current.pem`, a link to a dated file (certificate_store.go). */
export class CertificateStore {
  readonly currentPath: string;
  readonly #directory: string;
  readonly #prefix: string;

  constructor(directory: string, prefix: "kubelet-client" | "kubelet-server") {
    this.#directory = directory;
    this.#prefix = prefix;
    this.currentPath = join(directory, `${prefix}-current.pem`);
  }

  /** Undefined when there is none that can be read. */
  async current(): Promise<StoredCertificate | undefined> {
    const text = await readFile(this.currentPath, "utf8").catch(() => undefined);
    return text === undefined ? undefined : parseStored(text);
  }

  async store(certificate: string, key: string, now: Date): Promise<StoredCertificate> {
    await mkdir(this.#directory, { recursive: true, mode: 0o755 });
    const text = `${certificate.trimEnd()}\n${key.trimEnd()}\n`;
    const stamp = now.toISOString().slice(0, 19).replace(/[T:]/g, "-");
    const path = join(this.#directory, `${this.#prefix}-${stamp}.pem`);
    await writeFile(path, text, { mode: 0o600 });
    const link = `${this.currentPath}.new`;
    await rm(link, { force: true });
    await symlink(path, link);
    await rename(link, this.currentPath);
    const stored = parseStored(text);
    if (!stored) throw new TypeError("the signer's answer holds no certificate");
    return stored;
  }
}

export function parseStored(text: string): StoredCertificate | undefined {
  try {
    const certificate = new X509Certificate(text);
    return {
      pem: text,
      notBefore: new Date(certificate.validFrom),
      notAfter: new Date(certificate.validTo),
      subject: certificate.subject,
    };
  } catch {
    return undefined;
  }
}

export function isValidAt({ notBefore, notAfter }: StoredCertificate, now: Date): boolean {
  return notBefore <= now && now < notAfter;
}

/** When to ask for the next one: after 70 to 90 % of the certificate's life (certificate_manager.go). */
export function rotationTime({ notBefore, notAfter }: StoredCertificate, random: number): Date {
  const life = notAfter.getTime() - notBefore.getTime();
  return new Date(notBefore.getTime() + life * (0.7 + 0.2 * random));
}

/** Where the clock is off, every new certificate is due at once: the signer is not asked more often than this. */
export const betweenRotationsMs = 10_000;
