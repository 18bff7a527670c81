import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { until } from "../../../src/base/until.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { connectionFromKubeconfigFile } from "../../../src/kube/connection.ts";
import { createKubeClient } from "../../../src/kube/create-kube-client.ts";
import { resources } from "../../../src/kube/resources.ts";
import { type Program, programs } from "../../../src/runtime/images/programs.ts";
import { freePorts } from "../free-ports.ts";
import { makeKubeconfig, makePki } from "./pki.ts";
import { standInFor } from "./stand-in.ts";

const components = join(import.meta.dirname, "../../../src/components");

/** etcd and the API server on free ports of this machine, with whatever other components a test starts. */
export class ControlPlane {
  readonly dir = mkdtempSync(join(tmpdir(), "slipway-cp-"));
  readonly #children: ChildProcess[] = [];
  readonly #clients: KubeClient[] = [];
  server = "";

  readonly #bundled: boolean;

  private constructor(bundled: boolean) {
    this.#bundled = bundled;
  }

  /** Starts etcd and the API server; resolves when the API is ready. Bundled, the programs run as they are shipped. */
  static async start({ bundled = false } = {}): Promise<ControlPlane> {
    const plane = new ControlPlane(bundled);
    try {
      await plane.#startBoth();
    } catch (thrown) {
      const log = plane.logOf("apiserver");
      await plane.stop();
      throw new Error(`the control plane did not start:\n${log}`, { cause: thrown });
    }
    return plane;
  }

  /** A client with all rights, or as somebody else. */
  client(user = "admin", groups = ["system:masters"]): KubeClient {
    const client = createKubeClient(connectionFromKubeconfigFile(this.kubeconfig(user, groups)));
    this.#clients.push(client);
    return client;
  }

  kubeconfig(user: string, groups: string[] = []): string {
    return makeKubeconfig(this.dir, { user, groups, server: this.server });
  }

  /** Starts src/components/<name>/main.ts, or its stand-in, with flags; its output goes to <dir>/<label>.log. */
  run(name: string, flags: readonly string[], label = name): ChildProcess {
    const standIn = standInFor(name);
    if (standIn) return this.#spawn(standIn, flags, label);
    const source = join(components, name, "main.ts");
    if (!this.#bundled) return this.#spawn(process.execPath, [source, ...flags], label);
    const { nodeFlag }: Program = programs.find(({ component }) => component === name) ?? {
      component: name,
      command: name,
    };
    return this.#spawn(
      process.execPath,
      [...(nodeFlag ? [nodeFlag] : []), this.#bundle(source, name), ...flags],
      label,
    );
  }

  runScheduler(flags: readonly string[] = [], label = "scheduler"): ChildProcess {
    const kubeconfig = this.kubeconfig("system:kube-scheduler");
    return this.run(
      "scheduler",
      [
        `--kubeconfig=${kubeconfig}`,
        `--authentication-kubeconfig=${kubeconfig}`,
        `--authorization-kubeconfig=${kubeconfig}`,
        "--secure-port=0",
        "--bind-address=127.0.0.1",
        ...flags,
      ],
      label,
    );
  }

  /** The controller manager with kubeadm's flags. */
  runControllerManager(flags: readonly string[] = [], label = "controller-manager"): ChildProcess {
    const kubeconfig = this.kubeconfig("system:kube-controller-manager");
    const file = (name: string) => join(this.dir, name);
    return this.run(
      "controller-manager",
      [
        `--kubeconfig=${kubeconfig}`,
        `--authentication-kubeconfig=${kubeconfig}`,
        `--authorization-kubeconfig=${kubeconfig}`,
        `--client-ca-file=${file("ca.crt")}`,
        "--secure-port=0",
        "--bind-address=127.0.0.1",
        "--allocate-node-cidrs=true",
        "--cluster-cidr=10.244.0.0/16",
        "--service-cluster-ip-range=10.96.0.0/12",
        `--cluster-signing-cert-file=${file("ca.crt")}`,
        `--cluster-signing-key-file=${file("ca.key")}`,
        "--controllers=*,bootstrapsigner,tokencleaner",
        `--root-ca-file=${file("ca.crt")}`,
        `--service-account-private-key-file=${file("sa.key")}`,
        "--use-service-account-credentials=true",
        ...flags,
      ],
      label,
    );
  }

  /** Pods can be made from the moment when the controller manager has made their account. */
  async whenPodsCanBeMade(): Promise<void> {
    const client = this.client();
    const account = () => client.get(resources.serviceaccounts, { name: "default", namespace: "default" });
    await until(account, { for: "the default service account", withinMs: 60_000, everyMs: 50 });
  }

  logOf(label: string): string {
    try {
      return readFileSync(join(this.dir, `${label}.log`), "utf8");
    } catch {
      return "";
    }
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const child of this.#children.toReversed()) await stopChild(child);
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #startBoth(): Promise<void> {
    const [etcdPort = 0, peerPort = 0, apiPort = 0] = await freePorts(3);
    makePki(this.dir);
    const etcd = `http://127.0.0.1:${etcdPort}`;
    this.#spawn(
      "etcd",
      [
        `--data-dir=${join(this.dir, "etcd-data")}`,
        `--listen-client-urls=${etcd}`,
        `--advertise-client-urls=${etcd}`,
        `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      ],
      "etcd",
    );
    this.server = `https://127.0.0.1:${apiPort}`;
    const apiServer = this.run("apiserver", apiServerFlags(this.dir, { etcd, port: apiPort }));
    const client = this.client();
    const ended = new AbortController();
    apiServer.once("exit", () => ended.abort(new Error("the API server ended")));
    const ready = async () => (await client.request({ method: "GET", path: "/readyz" })).status === 200;
    await until(ready, {
      signal: ended.signal,
      for: "the API server's /readyz",
      withinMs: 60_000,
      everyMs: 100,
    });
  }

  #bundle(source: string, name: string): string {
    const outfile = join(this.dir, `${name}.mjs`);
    const banner = {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    };
    buildSync({
      entryPoints: [source],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node22",
      banner,
    });
    return outfile;
  }

  #spawn(command: string, args: readonly string[], label: string): ChildProcess {
    const log = openSync(join(this.dir, `${label}.log`), "a");
    const child = spawn(command, args, { stdio: ["ignore", log, log] });
    closeSync(log);
    this.#children.push(child);
    return child;
  }
}

function apiServerFlags(dir: string, { etcd, port }: { etcd: string; port: number }): string[] {
  const file = (name: string) => join(dir, name);
  return [
    "--advertise-address=127.0.0.1",
    "--bind-address=127.0.0.1",
    "--allow-privileged=true",
    "--authorization-mode=Node,RBAC",
    `--client-ca-file=${file("ca.crt")}`,
    "--enable-admission-plugins=NodeRestriction",
    "--enable-bootstrap-token-auth=true",
    `--etcd-servers=${etcd}`,
    `--secure-port=${port}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${file("sa.pub")}`,
    `--service-account-signing-key-file=${file("sa.key")}`,
    "--service-cluster-ip-range=10.96.0.0/12",
    `--tls-cert-file=${file("apiserver.crt")}`,
    `--tls-private-key-file=${file("apiserver.key")}`,
  ];
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
  await ended;
  clearTimeout(timer);
}
