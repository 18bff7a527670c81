/** A throwaway control plane for component tests: an etcd and an API server of their own, on free ports, in a temporary folder. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "../../../src/base/until.ts";
import { yaml } from "../../../src/base/yaml.ts";
import { freePorts } from "../free-ports.ts";
import { issueClient, makePki } from "./pki.ts";

const main = fileURLToPath(new URL("../../../src/components/apiserver/main.ts", import.meta.url));
const run = promisify(execFile);

export type ControlPlane = {
  /** Holds every certificate and key (`ca.crt`, `admin.key`, ...), logs and data. */
  readonly dir: string;
  /** https://127.0.0.1:port */
  readonly server: string;
  readonly etcdPort: number;
  /** A kubeconfig of a member of system:masters. */
  readonly kubeconfig: string;
  readonly apiserverPid: () => number;
  /** The first member's. */
  readonly etcdPid: () => number;
  /** A kubeconfig of another user: "/CN=system:node:n1/O=system:nodes". */
  kubeconfigFor(name: string, subject: string): Promise<string>;
  /** Runs kubectl as admin, or with `--kubeconfig` among the arguments as another; rejects with its stderr. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** Stops and starts single parts; `signal` as kill takes it. */
  stopApiServer(signal?: NodeJS.Signals): Promise<void>;
  startApiServer(): Promise<void>;
  /** `member` counts from 0. */
  stopEtcd(signal?: NodeJS.Signals, member?: number): Promise<void>;
  startEtcd(member?: number): Promise<void>;
  /** What the API server has logged. */
  log(): Promise<string>;
  stop(): Promise<void>;
};

/**
 * Starts etcd and kube-apiserver (`program`: a bundle instead of the sources) with kubeadm's flags and `extraFlags`; ready to serve when it
 * resolves.
 */
export async function startControlPlane(
  options: {
    extraFlags?: readonly string[];
    program?: string;
    nodeFlags?: readonly string[];
    etcdMembers?: number;
  } = {},
): Promise<ControlPlane> {
  const dir = await mkdtemp(join(tmpdir(), "slipway-apiserver-"));
  makePki(dir);
  const members = options.etcdMembers ?? 1;
  const [port = 0, ...etcdPorts] = await freePorts(1 + 2 * members);
  const [clientPorts, peerPorts] = [etcdPorts.slice(0, members), etcdPorts.slice(members)];
  const children = new Map<string, ChildProcess>();
  const start = (name: string, command: string, args: readonly string[]) => {
    const log = openSync(join(dir, `${name}.log`), "a");
    children.set(name, spawn(command, args, { stdio: ["ignore", log, log] }));
  };
  const server = `https://127.0.0.1:${port}`;
  const kubeconfig = await writeKubeconfig(dir, server, "admin");
  const kubectl = async (...args: readonly string[]) => {
    const config = args.some((one) => one.startsWith("--kubeconfig")) ? [] : [`--kubeconfig=${kubeconfig}`];
    // some kubectls look for the cache of what servers offer at home: another server may have had this port
    const env = { ...process.env, KUBECACHEDIR: join(dir, "cache"), HOME: dir };
    return (await run("kubectl", [...config, ...args], { env, maxBuffer: 64 * 1024 * 1024, timeout: 110_000 })).stdout;
  };
  const etcds = clientPorts.map((_port, member) => `etcd-${member}`);
  const startEtcd = async (member = 0) =>
    start(`etcd-${member}`, "etcd", etcdFlags(dir, { member, clientPorts, peerPorts }));
  const startApiServer = async () => {
    start("apiserver", process.execPath, [
      ...(options.nodeFlags ?? []),
      options.program ?? main,
      ...apiServerFlags(dir, { clientPorts, port }),
      ...(options.extraFlags ?? []),
    ]);
    const child = children.get("apiserver");
    const isOver = () => child?.exitCode !== null || child.signalCode !== null;
    const ready = async () => {
      if (isOver()) throw new Error("kube-apiserver has ended");
      return (await kubectl("get", "--raw", "/readyz", "--request-timeout=20s")) === "ok";
    };
    await until(ready, { for: "kube-apiserver /readyz", withinMs: 90_000, everyMs: 50, isFinal: isOver }).catch(
      async (thrown: Error) => {
        const said = await readFile(join(dir, "apiserver.log"), "utf8");
        throw new Error(`${thrown.message}; it has said:\n${said.slice(-3000)}`, { cause: thrown });
      },
    );
  };
  const plane: ControlPlane = {
    dir,
    server,
    etcdPort: clientPorts[0] ?? 0,
    kubeconfig,
    kubectl,
    startEtcd,
    startApiServer,
    apiserverPid: () => children.get("apiserver")?.pid ?? 0,
    etcdPid: () => children.get("etcd-0")?.pid ?? 0,
    stopApiServer: (signal = "SIGTERM") => ended(children.get("apiserver"), signal),
    stopEtcd: (signal = "SIGTERM", member = 0) => ended(children.get(`etcd-${member}`), signal),
    kubeconfigFor: async (name, subject) => {
      issueClient(dir, "ca", name, subject);
      return writeKubeconfig(dir, server, name);
    },
    log: () => readFile(join(dir, "apiserver.log"), "utf8"),
    stop: async () => {
      await ended(children.get("apiserver"), "SIGKILL");
      for (const name of etcds) await ended(children.get(name), "SIGKILL");
      await rm(dir, { recursive: true, force: true });
    },
  };
  try {
    for (const member of etcds.keys()) await startEtcd(member);
    await startApiServer();
    return plane;
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

type EtcdPorts = {
  readonly member: number;
  readonly clientPorts: readonly number[];
  readonly peerPorts: readonly number[];
};

function etcdFlags(dir: string, { member, clientPorts, peerPorts }: EtcdPorts): string[] {
  const client = `https://127.0.0.1:${clientPorts[member]}`;
  const peerOf = (port: number | undefined) => `http://127.0.0.1:${port}`;
  const peer = peerOf(peerPorts[member]);
  return [
    `--name=member-${member}`,
    `--data-dir=${join(dir, `etcd-${member}`)}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=${peerPorts.map((port, index) => `member-${index}=${peerOf(port)}`).join(",")}`,
    `--cert-file=${join(dir, "etcd.crt")}`,
    `--key-file=${join(dir, "etcd.key")}`,
    `--trusted-ca-file=${join(dir, "etcd-ca.crt")}`,
    "--client-cert-auth=true",
    "--experimental-watch-progress-notify-interval=5s",
    "--log-level=error",
  ];
}

function apiServerFlags(
  dir: string,
  { clientPorts, port }: { clientPorts: readonly number[]; port: number },
): string[] {
  const file = (name: string) => join(dir, name);
  return [
    "--advertise-address=127.0.0.1",
    "--allow-privileged=true",
    "--authorization-mode=Node,RBAC",
    `--client-ca-file=${file("ca.crt")}`,
    "--enable-admission-plugins=NodeRestriction",
    "--enable-bootstrap-token-auth=true",
    `--etcd-cafile=${file("etcd-ca.crt")}`,
    `--etcd-certfile=${file("etcd-client.crt")}`,
    `--etcd-keyfile=${file("etcd-client.key")}`,
    `--etcd-servers=${clientPorts.map((one) => `https://127.0.0.1:${one}`).join(",")}`,
    `--kubelet-client-certificate=${file("kubelet-client.crt")}`,
    `--kubelet-client-key=${file("kubelet-client.key")}`,
    "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
    `--proxy-client-cert-file=${file("front-proxy-client.crt")}`,
    `--proxy-client-key-file=${file("front-proxy-client.key")}`,
    "--requestheader-allowed-names=front-proxy-client",
    `--requestheader-client-ca-file=${file("front-proxy-ca.crt")}`,
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-username-headers=X-Remote-User",
    `--secure-port=${port}`,
    "--bind-address=127.0.0.1",
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${file("sa.pub")}`,
    `--service-account-signing-key-file=${file("sa.key")}`,
    "--service-cluster-ip-range=10.96.0.0/12",
    `--tls-cert-file=${file("apiserver.crt")}`,
    `--tls-private-key-file=${file("apiserver.key")}`,
  ];
}

async function writeKubeconfig(dir: string, server: string, name: string): Promise<string> {
  const path = join(dir, `${name}.conf`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "certificate-authority": join(dir, "ca.crt") } }],
    users: [{ name, user: { "client-certificate": join(dir, `${name}.crt`), "client-key": join(dir, `${name}.key`) } }],
    contexts: [{ name: "test", context: { cluster: "test", user: name } }],
    "current-context": "test",
  };
  await writeFile(path, yaml(config), { mode: 0o600 });
  return path;
}

async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}
