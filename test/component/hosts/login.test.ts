import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { SshAddress } from "../../../src/hosts/address.ts";
import { connectHost, hostConnector } from "../../../src/hosts/connect.ts";
import type { Surroundings } from "../../../src/hosts/surroundings.ts";
import { addressOf, aroundOf } from "./around.ts";
import { addLoginUser, type LoginUser } from "./login-user.ts";
import { makeKey, type Sshd, startSshd } from "./sshd.ts";

let sshd: Sshd;
let user: LoginUser;
beforeAll(async () => {
  user = addLoginUser();
  sshd = await startSshd({ config: ["UsePAM yes", "PasswordAuthentication yes", "KbdInteractiveAuthentication yes"] });
});
afterAll(async () => {
  user?.remove();
  await sshd?.stop();
});

/** Logs in and says as whom; nothing else is done there. */
async function whoami(more: Partial<SshAddress>, around: Partial<Surroundings> = {}): Promise<string> {
  const host = await connectHost(addressOf(sshd, more), aroundOf(sshd, around));
  try {
    return (await host.run(["id", "-un"], { asLoginUser: true })).stdout.trim();
  } finally {
    await host.close();
  }
}

async function authorizedKey(type: string, passphrase = ""): Promise<string> {
  const path = join(sshd.folder, `key-${type}-${passphrase ? "locked" : "open"}`);
  makeKey(path, type, passphrase);
  await appendFile(join(sshd.folder, "authorized_keys"), await readFile(`${path}.pub`));
  return path;
}

describe("keys", () => {
  test.each(["ed25519", "ecdsa", "rsa"])("a key of type %s logs in", async (type) => {
    expect(await whoami({ keyPath: await authorizedKey(type) })).toBe("root");
  });

  test.each(["ed25519", "rsa"])("an encrypted %s key is opened by an environment variable", async (type) => {
    const keyPath = await authorizedKey(type, "open sesame");
    const passphrase = { kind: "env", name: "KEY_PASS" } as const;
    expect(await whoami({ keyPath, passphrase }, { env: { KEY_PASS: "open sesame" } })).toBe("root");
  });

  test("an encrypted key's passphrase is asked for once for all hosts", async () => {
    const keyPath = await authorizedKey("ecdsa", "open sesame");
    const asked: string[] = [];
    const prompt = async (question: string): Promise<string> => {
      asked.push(question);
      return "open sesame";
    };
    const connect = hostConnector(aroundOf(sshd, { prompt }));
    const hosts = await Promise.all(["a", "b", "c"].map((name) => connect(addressOf(sshd, { name, keyPath }))));
    await Promise.all(hosts.map((host) => host.close()));
    expect(asked).toEqual([`passphrase of ${keyPath}: `]);
  });

  test("a wrong passphrase, and nobody to ask for one, say so without the passphrase", async () => {
    const keyPath = await authorizedKey("ed25519", "open sesame");
    const passphrase = { kind: "env", name: "KEY_PASS" } as const;
    const wrong = await whoami({ keyPath, passphrase }, { env: { KEY_PASS: "not-this-one" } }).catch(
      (thrown) => thrown,
    );
    expect(wrong).toMatchObject({ details: { code: "SSH_KEY_UNUSABLE", host: "cp1", tried: keyPath } });
    expect(inspect(wrong, { depth: 9 })).not.toContain("not-this-one");
    await expect(whoami({ keyPath })).rejects.toMatchObject({ details: { code: "SECRET_MISSING", host: "cp1" } });
  });

  test("a key that the host does not know, one that is missing, and one that is no key", async () => {
    const stranger = join(sshd.folder, "stranger");
    makeKey(stranger, "ed25519");
    await expect(whoami({ keyPath: stranger })).rejects.toMatchObject({
      details: { code: "SSH_KEY_REFUSED", exit: "connection", host: "cp1", tried: expect.stringContaining(stranger) },
    });
    const absent = join(sshd.folder, "absent");
    await expect(whoami({ keyPath: absent })).rejects.toMatchObject({ details: { code: "SSH_KEY_UNUSABLE" } });
    await writeFile(join(sshd.folder, "junk"), "junk");
    const junk = whoami({ keyPath: join(sshd.folder, "junk") });
    await expect(junk).rejects.toMatchObject({ details: { code: "SSH_KEY_UNUSABLE" } });
  });

  test("without any key, agent or password there is nothing to log in with", async () => {
    const { keyPath: _, ...address } = addressOf(sshd);
    const connected = connectHost(address, aroundOf(sshd));
    await expect(connected).rejects.toMatchObject({ details: { code: "SSH_NO_LOGIN" } });
  });
});

describe("the agent", () => {
  let agent: ChildProcess;
  let socket: string;
  beforeAll(async () => {
    socket = join(sshd.folder, "agent");
    agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore", timeout: 300_000 });
    await until(() => existsSync(socket), { for: "ssh-agent", withinMs: 60_000, everyMs: 20 });
    const env = { SSH_AUTH_SOCK: socket };
    execFileSync("ssh-add", ["-q", sshd.keyPath], { env, stdio: "ignore", timeout: 60_000 });
  });
  afterAll(() => agent?.kill());

  test("its key logs in where no key is named", async () => {
    const { keyPath: _, ...address } = addressOf(sshd);
    const host = await connectHost(address, aroundOf(sshd, { env: { SSH_AUTH_SOCK: socket } }));
    expect((await host.run(["id", "-un"])).stdout).toBe("root\n");
    await host.close();
  });
});

describe("passwords", () => {
  const password = { kind: "env", name: "PASS" } as const;

  test.each([["password"], ["keyboard-interactive"]])("one logs in by %s", async (method) => {
    const server = await startSshd({
      config: ["UsePAM yes", `AuthenticationMethods ${method}`, "PasswordAuthentication yes"],
    });
    try {
      const { keyPath: _, ...address } = addressOf(server, { user: user.name, password });
      const host = await connectHost(address, aroundOf(server, { env: { PASS: user.password } }));
      expect((await host.run(["id", "-un"], { asLoginUser: true })).stdout).toBe(`${user.name}\n`);
      await host.close();
    } finally {
      await server.stop();
    }
  });

  test("one that comes from a file, and one that is asked for", async () => {
    const path = join(sshd.folder, "password");
    await writeFile(path, `${user.password}\n`, { mode: 0o600 });
    const { keyPath: _, ...none } = addressOf(sshd);
    for (const source of [{ kind: "file", path }, { kind: "prompt" }] as const) {
      const around = aroundOf(sshd, { prompt: async () => user.password });
      const host = await connectHost({ ...none, user: user.name, password: source }, around);
      await host.close();
    }
  });

  test("a wrong one is refused by its own code, and stands in no error", async () => {
    const { keyPath: _, ...address } = addressOf(sshd, { user: user.name, password });
    const thrown = await connectHost(address, aroundOf(sshd, { env: { PASS: "hunter2-wrong" } })).catch(
      (error) => error,
    );
    expect(thrown).toMatchObject({ details: { code: "SSH_PASSWORD_REFUSED", exit: "connection", host: "cp1" } });
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain("hunter2-wrong");
  });
});

describe("ssh_config", () => {
  test("user, port, key, known_hosts and address come from ~/.ssh/config and what it includes", async () => {
    await mkdir(join(sshd.folder, ".ssh", "conf.d"), { recursive: true });
    await writeFile(join(sshd.folder, ".ssh", "config"), "Include conf.d/*\n");
    await writeFile(
      join(sshd.folder, ".ssh", "conf.d", "lab"),
      [
        "Host lab-host",
        "  HostName 127.0.0.1",
        `  Port ${sshd.port}`,
        "  User root",
        "  IdentityFile ~/id",
        "  UserKnownHostsFile ~/known_hosts",
        "",
      ].join("\n"),
    );
    const host = await connectHost(
      { kind: "ssh", name: "cp1", address: "lab-host" },
      aroundOf(sshd, { user: "nobody" }),
    );
    expect((await host.run(["id", "-un"])).stdout).toBe("root\n");
    await host.close();
  });
});
