import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { connectHost } from "../../../src/hosts/connect.ts";
import type { Host } from "../../../src/hosts/host.ts";
import { addressOf, aroundOf } from "./around.ts";
import { addLoginUser, type LoginUser } from "./login-user.ts";
import { type Sshd, startSshd } from "./sshd.ts";

let sshd: Sshd;
const users: LoginUser[] = [];
const hosts: Host[] = [];
beforeAll(async () => {
  sshd = await startSshd();
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  for (const user of users.splice(0)) user.remove();
});
afterAll(() => sshd.stop());

const sudoPassword = { kind: "env", name: "SUDO_PASS" } as const;

async function login(sudo: string | undefined, password?: (right: string) => string): Promise<Host> {
  const user = addLoginUser(sudo ? { sudo } : {});
  users.push(user);
  const more = { user: user.name, ...(password ? { sudoPassword } : {}) };
  const around = aroundOf(sshd, { env: { SUDO_PASS: password?.(user.password) } });
  const host = await connectHost(addressOf(sshd, more), around);
  hosts.push(host);
  return host;
}

const ways = [
  ["without a password", "ALL=(ALL) NOPASSWD: ALL", undefined],
  ["with its password", "ALL=(ALL) ALL", (right: string) => right],
  ["with a password that sudo does not ask for", "ALL=(ALL) NOPASSWD: ALL", (right: string) => right],
] as const;

test.each(ways)("a login user that is not root works as root by sudo %s", async (_way, sudo, password) => {
  const host = await login(sudo, password);
  expect((await host.run(["sh", "-c", "id -un; cat"], { stdin: "input" })).stdout).toBe("root\ninput");
  expect((await host.run(["id", "-un"], { asLoginUser: true })).stdout).toMatch(/^slipway-/);
  const folder = await mkdtemp(join(tmpdir(), "slipway-sudo-"));
  try {
    const path = join(folder, "file");
    expect(await host.batch([{ kind: "write", path, content: "by root", mode: 0o600 }])).toEqual([{ kind: "done" }]);
    expect((await stat(path)).uid).toBe(0);
    await writeFile(join(folder, "source"), "uploaded");
    await host.upload(join(folder, "source"), path, { mode: 0o600 });
    expect(await readFile(path, "utf8")).toBe("uploaded");
    expect((await host.facts()).packageManager).toBe("apt");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a wrong password is tried once, and nothing but it is handed to sudo", async () => {
  const host = await login("ALL=(ALL) ALL", () => "hunter2-wrong");
  await expect(host.run(["cat"], { stdin: "input\nof the\ncommand\n" })).rejects.toMatchObject({
    details: { code: "SUDO_PASSWORD_WRONG", got: expect.stringMatching(/1 incorrect password attempt/) },
  });
});

test("a command that sudo started is ended at its deadline", async () => {
  const host = await login("ALL=(ALL) ALL", (right) => right);
  const mark = `4${process.pid}`;
  const running = host.run(["sleep", mark], { deadlineMs: 500 });
  await expect(running).rejects.toMatchObject({ details: { code: "DEADLINE_EXCEEDED" } });
  const left = await host.run(["pgrep", "-fx", `sleep ${mark}`], { okExitCodes: [0, 1], asLoginUser: true });
  expect(left.stdout).toBe("");
});

test.each([
  ["SUDO_PASSWORD_NEEDED", "no password where one is needed", "ALL=(ALL) ALL", undefined],
  ["SUDO_PASSWORD_WRONG", "a wrong password", "ALL=(ALL) ALL", () => "hunter2-wrong"],
  ["SUDO_DENIED", "a user who may not use sudo", undefined, (right: string) => right],
] as const)("%s tells of %s, and of no secret", async (code, _what, sudo, password) => {
  const host = await login(sudo, password);
  for (const work of [() => host.run(["true"]), () => host.batch([{ kind: "read", path: "/etc", want: "stat" }])]) {
    const thrown = await work().catch((error: unknown) => error);
    expect(thrown).toMatchObject({ details: { code, exit: "connection", host: "cp1" } });
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toMatch(/hunter2-wrong|pass-slipway/);
  }
});
