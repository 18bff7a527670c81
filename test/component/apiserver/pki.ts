import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The certificates of a throwaway control plane, made with openssl; every path is `<dir>/<name>.{crt,key}`. */
export function makePki(dir: string): void {
  authority(dir, "ca", "/CN=kubernetes");
  authority(dir, "etcd-ca", "/CN=etcd-ca");
  authority(dir, "front-proxy-ca", "/CN=front-proxy-ca");
  issueServer(dir, "ca", "apiserver");
  issueServer(dir, "etcd-ca", "etcd");
  issueClient(dir, "etcd-ca", "etcd-client", "/CN=kube-apiserver-etcd-client");
  issueClient(dir, "front-proxy-ca", "front-proxy-client", "/CN=front-proxy-client");
  issueClient(dir, "ca", "kubelet-client", "/CN=kube-apiserver-kubelet-client/O=kubeadm:cluster-admins");
  issueClient(dir, "ca", "admin", "/CN=kubernetes-admin/O=system:masters");
  openssl(dir, ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "sa.key"]);
  openssl(dir, ["pkey", "-in", "sa.key", "-pubout", "-out", "sa.pub"]);
}

/** A serving certificate for this machine, with which its owner may also be a client, as members of etcd are. */
export function issueServer(dir: string, ca: string, name: string): void {
  const local = "subjectAltName=IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc";
  issue(dir, ca, { name, subject: `/CN=${name}`, extensions: [local, "extendedKeyUsage=serverAuth,clientAuth"] });
}

/** A client certificate of one of the authorities: "/CN=user/O=group". */
export function issueClient(dir: string, ca: string, name: string, subject: string): void {
  issue(dir, ca, { name, subject, extensions: ["extendedKeyUsage=clientAuth"] });
}

export function authority(dir: string, name: string, subject: string): void {
  openssl(dir, [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout".split(" "),
    `${name}.key`,
    "-out",
    `${name}.crt`,
    "-subj",
    subject,
  ]);
}

function issue(
  dir: string,
  ca: string,
  { name, subject, extensions }: { name: string; subject: string; extensions: readonly string[] },
): void {
  openssl(dir, [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout".split(" "),
    `${name}.key`,
    "-out",
    `${name}.crt`,
    "-subj",
    subject,
    "-CA",
    `${ca}.crt`,
    "-CAkey",
    `${ca}.key`,
    ...["basicConstraints=CA:FALSE", ...extensions].flatMap((one) => ["-addext", one]),
  ]);
}

function openssl(dir: string, args: readonly string[]): void {
  execFileSync("openssl", args, {
    cwd: dir,
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 60_000,
    env: { ...process.env, RANDFILE: join(dir, ".rnd") },
  });
}

/** A certificate request for a subject, as a CertificateSigningRequest carries it: PEM in base64. */
export function makeCsr(dir: string, name: string, subject: string): string {
  openssl(dir, [
    ..."req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout".split(" "),
    `${name}.key`,
    "-out",
    `${name}.csr`,
    "-subj",
    subject,
  ]);
  return readFileSync(join(dir, `${name}.csr`)).toString("base64");
}
