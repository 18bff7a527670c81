import { readFile } from "node:fs/promises";
import ssh2, { type ParsedKey } from "ssh2";
import { SlipwayError } from "../../../base/errors.ts";
import { OncePerKey } from "../../once-per-key.ts";

/** Reads private keys; a passphrase is asked for once, and the slow opening is done once, for all hosts. */
export class KeyRing {
  readonly #keys = new OncePerKey<ParsedKey | undefined>();

  /** Undefined where the file does not exist; rejects with SSH_KEY_UNUSABLE when it can't be used. */
  open(path: string, passphrase: () => Promise<string>): Promise<ParsedKey | undefined> {
    return this.#keys.get(path, () => openKey(path, passphrase));
  }
}

async function openKey(path: string, passphrase: () => Promise<string>): Promise<ParsedKey | undefined> {
  const text = await readFile(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return undefined;
    throw keyUnusable(path, thrown.code ?? thrown.message, "check the file's owner and mode");
  });
  if (text === undefined) return undefined;
  const plain = ssh2.utils.parseKey(text);
  if (!(plain instanceof Error)) return plain;
  if (!isEncrypted(plain)) throw keyUnusable(path, plain.message, "make a key with ssh-keygen -t ed25519");
  const opened = ssh2.utils.parseKey(text, await passphrase());
  if (!(opened instanceof Error)) return opened;
  throw keyUnusable(path, "the passphrase does not open it", "give the key's own passphrase");
}

/** ssh2 has no code for it; these are its words for every format of keys. */
function isEncrypted({ message }: Error): boolean {
  return message.includes("no passphrase given");
}

export function keyUnusable(path: string, got: string, remedy: string): SlipwayError {
  return new SlipwayError({
    code: "SSH_KEY_UNUSABLE",
    exit: "connection",
    message: "the private key can't be used",
    tried: path,
    got,
    remedy,
  });
}
