import { execFileSync } from "node:child_process";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SshAddress } from "../../../src/hosts/address.ts";
import { connectHost } from "../../../src/hosts/connect.ts";
import { addressOf, aroundOf } from "./around.ts";
import { makeKey, type Sshd, startSshd } from "./sshd.ts";

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ hostKeyTypes: ["ed25519", "ecdsa", "rsa"] });
});
afterAll(() => sshd.stop());

async function connect(more: Partial<SshAddress>): Promise<void> {
  const host = await connectHost(addressOf(sshd, more), aroundOf(sshd));
  await host.close();
}

async function knownHosts(name: string, lines: readonly string[]): Promise<string> {
  const path = join(sshd.folder, name);
  await writeFile(path, lines.join(""));
  return path;
}

/** A line for this server with the public key of a file. */
async function line(file: string): Promise<string> {
  const [type, key] = (await readFile(join(sshd.folder, `${file}.pub`), "utf8")).split(" ");
  return `[127.0.0.1]:${sshd.port} ${type} ${key}\n`;
}

function fingerprint(file: string): string {
  return (
    execFileSync("ssh-keygen", ["-l", "-f", join(sshd.folder, `${file}.pub`)], { timeout: 60_000 })
      .toString()
      .split(" ")[1] ?? ""
  );
}

test.each(["ed25519", "ecdsa", "rsa"])(
  "a host with keys of three types shows the %s one when that is on record",
  async (type) => {
    await connect({ knownHosts: await knownHosts(`only-${type}`, [await line(`host_${type}`)]) });
  },
);

test("names hashed by ssh-keygen are found", async () => {
  const path = await knownHosts("hashed", [await line("host_ecdsa")]);
  execFileSync("ssh-keygen", ["-H", "-f", path], { stdio: "ignore", timeout: 60_000 });
  await connect({ knownHosts: path });
});

test("a host that nobody knows is refused with its fingerprint, and nothing is recorded", async () => {
  const path = await knownHosts("empty", []);
  await expect(connect({ knownHosts: path })).rejects.toMatchObject({
    details: {
      code: "HOST_KEY_UNKNOWN",
      exit: "connection",
      host: "cp1",
      got: `ssh-ed25519 ${fingerprint("host_ed25519")}`,
    },
  });
  expect(await readFile(path, "utf8")).toBe("");
});

test("accept-new records a new host's key, once, and holds it to it afterwards", async () => {
  const path = join(sshd.folder, "new", "known_hosts");
  await connect({ knownHosts: path, hostKeys: "accept-new" });
  expect(await readFile(path, "utf8")).toBe(await line("host_ed25519"));
  await connect({ knownHosts: path, hostKeys: "accept-new" });
  await connect({ knownHosts: path, hostKeys: "strict" });
  expect(await readFile(path, "utf8")).toBe(await line("host_ed25519"));
});

test.each(["strict", "accept-new"] as const)(
  "a changed key stops the host with both fingerprints (%s)",
  async (hostKeys) => {
    makeKey(join(sshd.folder, "former"), "ed25519");
    const path = await knownHosts("changed", ["# comment\n", await line("former")]);
    const thrown = await connect({ knownHosts: path, hostKeys }).catch((error) => error);
    expect(thrown).toMatchObject({ details: { code: "HOST_KEY_CHANGED", exit: "connection", host: "cp1" } });
    expect(thrown.message).toContain(fingerprint("host_ed25519"));
    expect(thrown.message).toContain(fingerprint("former"));
    expect(thrown.message).toContain("line 2");
    expect(thrown.message).toContain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}' -f ${path}`);
  },
);

test("a revoked key is refused", async () => {
  const path = await knownHosts("revoked", [await line("host_ed25519")]);
  await appendFile(path, `@revoked * ${(await line("host_ed25519")).split(" ").slice(1).join(" ")}`);
  await expect(connect({ knownHosts: path })).rejects.toMatchObject({ details: { code: "HOST_KEY_REVOKED" } });
});
