import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addLoginUser } from "../hosts/login-user.ts";
import { makeKey, type Sshd, startSshd } from "../hosts/sshd.ts";
import { slipway } from "./slipway.ts";

const password = "correct-horse-battery";
const passphrase = "open-sesame-open";

let sshd: Sshd;
let home: string;
beforeAll(async () => {
  sshd = await startSshd({ config: ["PasswordAuthentication yes"] });
});
afterAll(() => sshd.stop());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "slipway-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Runs plan against the server with these fields of `ssh`; gives all that anybody could read afterwards. */
async function plan(
  ssh: Record<string, unknown>,
  env: Record<string, string> = {},
  more: Record<string, unknown> = {},
) {
  const fields = {
    address: "127.0.0.1",
    user: "root",
    port: sshd.port,
    keyPath: sshd.keyPath,
    knownHosts: sshd.knownHosts,
    ...ssh,
  };
  const input = JSON.stringify({ spec: { hosts: [{ name: "cp1", ssh: fields, ...more }] } });
  const only = ["--phase", "preflight", "--ignore-preflight-errors", "all", "-v"];
  const ended = await slipway({ home, input, env }, "plan", "-f", "-", ...only);
  const folder = join(home, ".local", "state", "slipway", "logs");
  const logs = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
  return { ...ended, everything: [ended.stdout, ended.stderr, ...logs].join("\n") };
}

describe("a login that fails", () => {
  it("by the wrong key says so", async () => {
    const key = join(home, "other");
    makeKey(key, "ed25519");
    const { exitCode, everything } = await plan({ keyPath: key });
    expect(exitCode, everything).toBe(11);
    expect(everything).toContain("cp1: the host refused the key");
    expect(everything).not.toContain("PRIVATE KEY");
  });

  it("by a wrong password says so and does not tell the password", async () => {
    const ssh = { keyPath: undefined, password: { env: "HOST_PASSWORD" } };
    const { exitCode, everything } = await plan(ssh, { HOST_PASSWORD: password });
    expect(exitCode, everything).toBe(11);
    expect(everything).toContain("cp1: the host refused the password");
    expect(everything).not.toContain(password);
  });

  it("by a wrong passphrase says so and does not tell the passphrase", async () => {
    const key = join(home, "locked");
    makeKey(key, "ed25519", "another-passphrase");
    const ssh = { keyPath: key, passphrase: { env: "KEY_PASSPHRASE" } };
    const { exitCode, everything } = await plan(ssh, { KEY_PASSPHRASE: passphrase });
    expect(exitCode, everything).toBe(11);
    expect(everything).toContain("the private key can't be used");
    expect(everything).not.toContain(passphrase);
  });

  it("by a host key that is not known says how to go on", async () => {
    const knownHosts = join(home, "known_hosts");
    await writeFile(knownHosts, "");
    const { exitCode, everything } = await plan({ knownHosts });
    expect(exitCode, everything).toBe(11);
    expect(everything).toContain("cp1: the host's key is not in known_hosts");
    expect(everything).not.toContain("PRIVATE KEY");
  });

  it("by a host key that changed tells both fingerprints", async () => {
    const other = join(home, "other-host");
    makeKey(other, "ed25519");
    const [type, key] = (await readFile(`${other}.pub`, "utf8")).split(" ");
    const knownHosts = join(home, "known_hosts");
    await writeFile(knownHosts, `[127.0.0.1]:${sshd.port} ${type} ${key}\n`);
    const { exitCode, everything } = await plan({ knownHosts });
    expect(exitCode, everything).toBe(11);
    expect(everything).toContain("the host's key is not the one on record");
    expect(new Set(everything.match(/SHA256:[\w+/]+/g)).size).toBe(2);
    expect(everything).not.toContain("PRIVATE KEY");
  });

  it.each([
    ["who may not use sudo", undefined, "the login user may not become root by sudo", (right: string) => right],
    ["whose sudo password is wrong", "ALL=(ALL) ALL", "sudo did not take the password", () => "wrong-horse-battery"],
    ["whose sudo password is not given", "ALL=(ALL) ALL", "sudo asks for a password and none was given", undefined],
  ])("by a user %s says so and tells no password", async (_, sudo, message, given) => {
    const user = addLoginUser(sudo ? { sudo } : {});
    try {
      const used = given?.(user.password);
      const more = used ? { sudoPassword: { env: "SUDO_PASSWORD" } } : {};
      const { exitCode, everything } = await plan({ user: user.name }, used ? { SUDO_PASSWORD: used } : {}, more);
      expect(exitCode, everything).toBe(11);
      expect(everything).toContain(`cp1: ${message}`);
      for (const secret of [user.password, used ?? user.password, "PRIVATE KEY"])
        expect(everything).not.toContain(secret);
    } finally {
      user.remove();
    }
  });

  it("by a name without an address names the host", async () => {
    const { exitCode, everything } = await plan({ address: "no-such-host.invalid" });
    expect(exitCode, everything).toBe(11);
    expect(everything).toContain("cp1: the host's name has no address");
  });
});

it("a login that works is followed by a plan, which builds no images that its phases don't need", async () => {
  const { exitCode, stdout, everything } = await plan({});
  expect(exitCode, everything).toBe(0);
  expect(stdout).toContain("cp1: connected, ");
  await expect(readdir(join(home, ".cache", "slipway"))).rejects.toThrow("ENOENT");
});
