import { execa } from "execa";
import { bounded } from "../fixtures/bounded.ts";
import type { Kubectl } from "../fixtures/cluster.ts";
import type { TestLab } from "../fixtures/lab.ts";

export type Pod = { readonly name: string; readonly node: string; readonly address: string };
type PodObject = {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName: string };
  readonly status: { readonly podIP: string };
};

/** So many requests that each of three pods is met by some. */
const many = 40;

/** The ways by which a test reaches what runs in a lab's cluster: from pods, from hosts, and from the machine outside. */
export class ClusterNetwork {
  readonly #hosts: TestLab;
  readonly #kubectl: Kubectl;

  constructor(hosts: TestLab, kubectl: Kubectl) {
    this.#hosts = hosts;
    this.#kubectl = kubectl;
  }

  async pods(selector: string, namespace = "default"): Promise<Pod[]> {
    const { items } = JSON.parse(await this.#kubectl(["-n", namespace, "get", "pods", "-l", selector, "-o", "json"]));
    return (items as PodObject[]).map(({ metadata, spec, status }) => ({
      name: metadata.name,
      node: spec.nodeName,
      address: status.podIP,
    }));
  }

  clusterIpOf(service: string): Promise<string> {
    return this.#kubectl(["get", "service", service, "-o", "jsonpath={.spec.clusterIP}"]);
  }

  addressOf(host: string): string {
    return this.#hosts.lab.hosts.find(({ name }) => name === host)?.address ?? "";
  }

  /** The answers, one after the other, with clients' addresses as IPv4 has them. */
  async fromPod(pod: string, ...urls: string[]): Promise<string> {
    const script = 'for url; do timeout 10 wget -qO- "$url"; done';
    return plain(await this.#kubectl(["exec", pod, "--", "sh", "-c", script, "sh", ...urls]));
  }

  async fromHost(host: string, ...urls: string[]): Promise<string> {
    return plain(await this.#hosts.run(host, [...curl, ...urls]));
  }

  async fromOutside(...urls: string[]): Promise<string> {
    const [program, ...argv] = curl;
    return plain((await execa(program, [...argv, ...urls], bounded)).stdout);
  }

  /** Answers of cluster DNS to a question from outside. */
  async dig(name: string, type: string, ...options: string[]): Promise<string[]> {
    const server = ["-p", "30053", `@${this.addressOf("worker1")}`];
    const { stdout } = await execa(
      "dig",
      [...server, "+time=5", "+tries=3", "+short", ...options, name, type],
      bounded,
    );
    return stdout.split("\n").filter((line) => line !== "");
  }

  /** How curl ends, and after how many seconds, when it gives up after so many. */
  async endOf(host: string, url: string, seconds: number): Promise<{ exitCode: number; seconds: number }> {
    const argv = ["curl", "-s", "-m", String(seconds), "-w", "%{time_total}", url];
    const { exitCode, stdout } = await this.#hosts.exec(host, argv);
    return { exitCode, seconds: Number(stdout) };
  }
}

/** Over a new connection each. */
const curl = ["curl", "-sS", "-m", "10", "-H", "Connection: close"] as const;

/** A server that takes IPv6 too shows IPv4 clients as mapped addresses (RFC 4291, section 2.5.5.2). */
function plain(answers: string): string {
  return answers.replaceAll(/\[::ffff:([\d.]+)\]/g, "$1");
}

export function manyTimes(url: string): string[] {
  return Array(many).fill(url);
}

/** Which pods `echo` gave these answers. */
export function hostnamesIn(answers: string): Set<string> {
  return new Set([...answers.matchAll(/^hostname=(\S+)/gm)].map(([, name = ""]) => name));
}
