import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./command.ts";

/** An OpenSSH key pair, both halves as the files hold them. */
export type KeyPair = { readonly privateKey: string; readonly publicKey: string };

/** Makes an unencrypted ed25519 pair; `comment` ends the public line. */
export async function makeKeyPair(comment: string): Promise<KeyPair> {
  const directory = await mkdtemp(join(tmpdir(), "slipway-lab-key-"));
  try {
    const path = join(directory, "key");
    await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path]);
    return { privateKey: await readFile(path, "utf8"), publicKey: await readFile(`${path}.pub`, "utf8") };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
