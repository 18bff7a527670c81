import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { until } from "../../../src/base/until.ts";
import { packagesOfSuite } from "../../debian-suite.ts";

/** Who may pull: what `htpasswd -B` writes for the password below. */
export const account = { username: "robot", password: "s3cret" } as const;
const htpasswd = `${account.username}:$2b$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK\n`;

/** A registry of a test's own on loopback, with TLS by an authority that nobody knows, for one user. */
export type Registry = {
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  readonly port: number;
  /** PEM of its authority. */
  readonly ca: string;
  push(layout: string, reference: string, name: string): Promise<void>;
  stop(): void;
};

/** Starts Debian's docker-registry; those in one folder serve the same images. */
export async function startRegistry(folder: string): Promise<Registry> {
  const program = join(await packagesOfSuite("forky", ["containerd", "docker-registry"]), "usr/bin/docker-registry");
  await mkdir(folder, { recursive: true });
  const settings = join(folder, "config.yaml");
  await writeFile(join(folder, "htpasswd"), htpasswd);
  await writeFile(settings, configuration(folder));
  const ca = await ensureCertificate(folder);
  const server = spawn(program, ["serve", settings], { stdio: ["ignore", "ignore", "pipe"] });
  const port = await portOf(server);
  const address = `127.0.0.1:${port}`;
  const push = async (layout: string, reference: string, name: string) => {
    const login = ["--dest-tls-verify=false", "--dest-creds", `${account.username}:${account.password}`];
    await execa("skopeo", ["copy", "--quiet", ...login, `oci:${layout}:${reference}`, `docker://${address}/${name}`], {
      timeout: 60_000,
    });
  };
  return { address, port, ca, push, stop: () => server.kill("SIGTERM") };
}

function configuration(folder: string): string {
  return JSON.stringify({
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, "storage") } },
    http: { addr: "127.0.0.1:0", tls: { certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") } },
    auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } },
  });
}

async function ensureCertificate(folder: string): Promise<string> {
  const [certificate, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  const known = await readFile(certificate, "utf8").catch(() => undefined);
  if (known) return known;
  const request = [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
    ...["-subj", "/CN=registry", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
    ...["-out", certificate, "-keyout", key],
  ];
  await execa("openssl", request, { timeout: 60_000 });
  return readFile(certificate, "utf8");
}

/** The port that the kernel gave it, from its log. */
async function portOf(server: ChildProcess): Promise<number> {
  let log = "";
  server.stderr?.on("data", (chunk: Buffer) => {
    log += chunk;
  });
  const listening = () => /listening on 127\.0\.0\.1:(\d+)/.exec(log)?.[1];
  return Number(await until(async () => listening(), { for: "the registry to listen", withinMs: 60_000, everyMs: 20 }));
}
