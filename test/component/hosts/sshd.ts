import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../../src/base/until.ts";
import { freePort } from "../free-ports.ts";

/** A real sshd of our own on a free port of 127.0.0.1, with keys of its own in a temporary folder. */
export type Sshd = {
  readonly port: number;
  readonly folder: string;
  /** Private key whose public half is in authorized_keys. */
  readonly keyPath: string;
  /** known_hosts with this server's keys under [127.0.0.1]:port. */
  readonly knownHosts: string;
  readonly pid: number;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type SshdSettings = {
  /** Lines of sshd_config that come before ours, so they win. */
  readonly config?: readonly string[];
  readonly hostKeyTypes?: readonly ("ed25519" | "ecdsa" | "rsa")[];
  /** Reuses the keys of this folder. */
  readonly folder?: string;
  readonly port?: number;
};

export async function startSshd({
  config = [],
  hostKeyTypes = ["ed25519"],
  ...settings
}: SshdSettings = {}): Promise<Sshd> {
  const program = "/usr/sbin/sshd";
  if (!existsSync(program)) throw new Error("this test needs the package openssh-server");
  if (process.getuid?.() !== 0) throw new Error("this test needs root: sshd logs users in");
  await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const folder = settings.folder ?? (await mkdtemp(join(tmpdir(), "slipway-sshd-")));
  const port = settings.port ?? (await freePort());
  // sshd reads authorized_keys as the user who logs in.
  await chmod(folder, 0o755);
  for (const type of hostKeyTypes) makeKey(join(folder, `host_${type}`), type);
  makeKey(join(folder, "id"), "ed25519");
  await writeFile(join(folder, "authorized_keys"), await readFile(join(folder, "id.pub")));
  await writeFile(
    join(folder, "sshd_config"),
    [
      ...config,
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      ...hostKeyTypes.map((type) => `HostKey ${join(folder, `host_${type}`)}`),
      "PidFile none",
      "UsePAM no",
      `SetEnv HOME=${folder}`,
      "StrictModes no",
      "PermitRootLogin yes",
      "PasswordAuthentication no",
      `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
      "Subsystem sftp internal-sftp",
      "MaxStartups 100",
      "LogLevel VERBOSE",
      "",
    ].join("\n"),
  );
  const child = spawn(program, ["-D", "-e", "-f", join(folder, "sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const begun = async () => {
    if (isOver()) throw new Error("sshd has ended");
    return answers(port);
  };
  await until(begun, { for: "sshd to answer", withinMs: 60_000, everyMs: 20, isFinal: isOver }).catch(
    (thrown: Error) => {
      child.kill("SIGKILL");
      throw new Error(`${thrown.message}; it has said:\n${log}`, { cause: thrown });
    },
  );
  const knownHosts = join(folder, "known_hosts");
  await writeFile(
    knownHosts,
    (await Promise.all(hostKeyTypes.map((type) => knownHostsLine(folder, type, port)))).join(""),
  );
  const stop = async (): Promise<void> => {
    await ended(child);
    if (!settings.folder) await rm(folder, { recursive: true, force: true });
  };
  return {
    port,
    folder,
    keyPath: join(folder, "id"),
    knownHosts,
    pid: child.pid ?? 0,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

export function makeKey(path: string, type: string, passphrase = ""): void {
  if (!existsSync(path))
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-f", path], { timeout: 110_000 });
}

async function knownHostsLine(folder: string, type: string, port: number): Promise<string> {
  const [keyType, key] = (await readFile(join(folder, `host_${type}.pub`), "utf8")).split(" ");
  return `[127.0.0.1]:${port} ${keyType} ${key}\n`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => resolve(true)).once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
    socket.once("data", () => socket.destroy()).setTimeout(5000, () => socket.destroy(new Error("no answer")));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
