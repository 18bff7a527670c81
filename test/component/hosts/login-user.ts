import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

/** A user of this machine for a test, with a password; removed by `remove`. */
export type LoginUser = { readonly name: string; readonly password: string; remove(): void };

let count = 0;
/** No program here takes a password from a terminal, or long; but each waits while another changes the same files. */
const timeout = 60_000;

/** `sudo` is what /etc/sudoers says after the user's name, e.g. "ALL=(ALL) NOPASSWD: ALL". */
export function addLoginUser({ sudo }: { sudo?: string } = {}): LoginUser {
  for (const [program, name] of Object.entries({ "/usr/sbin/useradd": "passwd", "/usr/bin/sudo": "sudo" })) {
    if (!existsSync(program)) throw new Error(`this test needs the package ${name}`);
  }
  count += 1;
  const name = `slipway-${process.pid}-${count}`;
  const password = `pass-${name}-word`;
  const sudoers = `/etc/sudoers.d/${name}`;
  execFileSync("useradd", ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/sh", name], { timeout });
  execFileSync("chpasswd", { input: `${name}:${password}\n`, timeout });
  if (sudo) writeFileSync(sudoers, `${name} ${sudo}\n`, { mode: 0o440 });
  const remove = (): void => {
    rmSync(sudoers, { force: true });
    execFileSync("userdel", ["--force", name], { stdio: "ignore", timeout });
  };
  return { name, password, remove };
}
