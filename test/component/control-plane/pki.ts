import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const openssl = (dir: string, ...args: string[]) =>
  execFileSync("openssl", args, { cwd: dir, stdio: ["ignore", "ignore", "pipe"], timeout: 60_000 });
const ecKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** A CA (ca.crt, ca.key), the key of service accounts (sa.key, sa.pub) and a serving certificate (apiserver.crt) in a folder. */
export function makePki(dir: string): void {
  makeCa(dir, "ca", "/CN=kubernetes");
  openssl(dir, "genrsa", "-out", "sa.key", "2048");
  openssl(dir, "rsa", "-in", "sa.key", "-pubout", "-out", "sa.pub");
  const names = "subjectAltName=IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes.default.svc";
  issue(dir, "apiserver", { subject: "/CN=kube-apiserver", extensions: `${names}\nextendedKeyUsage=serverAuth` });
}

/** A CA of its own, `name`.crt and `name`.key. */
export function makeCa(dir: string, name: string, subject: string): void {
  const files = ["-keyout", `${name}.key`, "-out", `${name}.crt`];
  openssl(dir, "req", "-x509", ...ecKey, "-days", "2", "-subj", subject, ...files);
}

/** A kubeconfig of a user and its groups, signed by the CA; its path. */
export function makeKubeconfig(
  dir: string,
  { user, groups, server }: { user: string; groups: string[]; server: string },
): string {
  const file = user.replaceAll(":", "-");
  const subject = [...groups.map((group) => `/O=${group}`), `/CN=${user}`].join("");
  issue(dir, file, { subject, extensions: "extendedKeyUsage=clientAuth" });
  const path = join(dir, `${file}.conf`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "kubernetes", cluster: { server, "certificate-authority": "ca.crt" } }],
    users: [{ name: user, user: { "client-certificate": `${file}.crt`, "client-key": `${file}.key` } }],
    contexts: [{ name: "it", context: { cluster: "kubernetes", user } }],
    "current-context": "it",
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

type Wish = { subject: string; extensions: string; ca?: string };

/** A key pair (`name`.crt, `name`.key) signed by one of the folder's CAs. */
export function issue(dir: string, name: string, { subject, extensions, ca: signer = "ca" }: Wish): void {
  writeFileSync(join(dir, `${name}.ext`), extensions);
  openssl(dir, "req", "-new", ...ecKey, "-subj", subject, "-keyout", `${name}.key`, "-out", `${name}.csr`);
  const ca = ["-CA", `${signer}.crt`, "-CAkey", `${signer}.key`, "-CAcreateserial"];
  openssl(
    dir,
    "x509",
    "-req",
    "-in",
    `${name}.csr`,
    ...ca,
    "-days",
    "1",
    "-extfile",
    `${name}.ext`,
    "-out",
    `${name}.crt`,
  );
}
