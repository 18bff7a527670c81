import { join } from "node:path";
import { execa } from "execa";
import { until } from "../../../src/base/until.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { type Condition, isConditionTrue } from "../../../src/kube/conditions.ts";
import { connectionFromKubeconfig } from "../../../src/kube/connection.ts";
import { createKubeClient } from "../../../src/kube/create-kube-client.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { resources } from "../../../src/kube/resources.ts";
import { labExec } from "../../../src/lab/exec.ts";
import { type LabUpOptions, labDown, labUp } from "../../../src/lab/lab.ts";
import type { Lab } from "../../../src/lab/view.ts";

const launcher = join(import.meta.dirname, "../../../bin/slipway");
const waiting = { withinMs: 120_000, everyMs: 50 };

/** By host name. */
export type Sessions = ReadonlyMap<string, number>;

/** Lab hosts for one part of the bench, gone with it. */
export class BenchLab implements AsyncDisposable {
  lab: Lab;
  #api: KubeClient | undefined;

  private constructor(lab: Lab) {
    this.lab = lab;
  }

  static async up(options: Omit<LabUpOptions, "name">): Promise<BenchLab> {
    const name = `bench-cluster-${process.pid}`;
    try {
      return new BenchLab(await labUp({ ...options, name }));
    } catch (thrown) {
      await labDown({ name });
      throw thrown;
    }
  }

  /** More hosts beside those that there are; the cluster file gets them too. */
  async grow(counts: Pick<LabUpOptions, "controlPlanes" | "workers">): Promise<void> {
    this.lab = await labUp({ ...counts, name: this.lab.name });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#api?.close();
    await labDown({ name: this.lab.name });
  }

  /** The flags by which init and join reach a host. */
  on(host: string): readonly string[] {
    const { key, knownHosts, hosts } = this.lab;
    const address = hosts.find(({ name }) => name === host)?.address;
    return ["--host", `root@${address}`, "--identity", key, "--known-hosts", knownHosts];
  }

  async run(host: string, script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await labExec({ name: this.lab.name, host }, ["sh", "-c", script]);
    if (exitCode !== 0) throw new Error(`${host}: ${script}: ${stderr}`);
    return stdout;
  }

  async untilReady(count: number): Promise<void> {
    const api = await this.#client();
    const ready = async () => {
      const { items } = await api.list<Node>(resources.nodes);
      return items.filter(({ status }) => isConditionTrue(status?.conditions, "Ready")).length === count;
    };
    await until(ready, { for: `${count} Ready Nodes`, ...waiting });
  }

  /** Until every replica of CoreDNS is ready, which is when the kube-dns Service answers wherever it is asked. */
  async untilDnsReady(): Promise<void> {
    const api = await this.#client();
    const place = { name: "coredns", namespace: "kube-system" };
    const ready = async () => {
      const { spec, status } = await api.get<Scaled>(resources.deployments, place);
      return status?.readyReplicas !== undefined && status.readyReplicas === spec?.replicas;
    };
    await until(ready, { for: "cluster DNS", ...waiting });
  }

  /** Has every host's sshd note each command that is started through it, so that `sessions` can count them. */
  async countSessions(): Promise<void> {
    const script = "echo 'LogLevel VERBOSE' > /etc/ssh/sshd_config.d/00-bench.conf && systemctl reload ssh";
    // a reloaded sshd listens anew
    const answers = (name: string) =>
      until(() => this.run(name, "true").then(() => true), { for: `sshd of ${name}`, ...waiting });
    await Promise.all(this.lab.hosts.map(({ name }) => this.run(name, script).then(() => answers(name))));
  }

  async sessions(): Promise<Sessions> {
    const script = "journalctl --sync; journalctl -q -t sshd -o cat | grep -c '^Starting session: command' || :";
    const counts = this.lab.hosts.map(async ({ name }) => [name, Number(await this.run(name, script))] as const);
    return new Map(await Promise.all(counts));
  }

  async #client(): Promise<KubeClient> {
    const text = () => this.run("cp1", "cat /etc/kubernetes/admin.conf");
    this.#api ??= createKubeClient(connectionFromKubeconfig(await text(), "/"));
    return this.#api;
  }
}

type Node = KubeObject & { readonly status?: { conditions?: Condition[] } };
type Scaled = KubeObject & { readonly spec?: { replicas?: number }; readonly status?: { readyReplicas?: number } };

/** The most commands that one of these hosts was asked to run in between; counting took one of them. */
export function mostSessions(before: Sessions, after: Sessions, hosts: readonly string[]): number {
  return Math.max(...hosts.map((host) => (after.get(host) ?? 0) - (before.get(host) ?? 0) - 1));
}

/** Runs the CLI as a user does; throws with everything that it said unless it ends with 0. */
export async function slipway(...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execa(launcher, argv, { reject: false, stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`slipway ${argv.join(" ")} ended with ${exitCode}\n${stdout}\n${stderr}`);
  return stdout;
}
