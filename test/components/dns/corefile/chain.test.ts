import { describe, expect, it } from "vitest";
import { chainOf, type Parts } from "../../../../src/components/dns/corefile/chain.ts";
import { parseCorefile } from "../../../../src/components/dns/corefile/corefile.ts";

const parts: Parts = {
  index: () => undefined,
  readFile: () => "nameserver 192.0.2.53\n",
  now: () => 0,
  random: () => 0,
  onError: () => {},
  countCache: () => {},
  loopName: "probe",
  onLoop: () => {},
};

function load(plugins: string): void {
  for (const block of parseCorefile(`.:53 {\n${plugins}\n}\n`)) chainOf(block, parts).close();
}

describe("what a server block may hold", () => {
  it("are the plugins of kubeadm's Corefile and those that users add to it", () => {
    const lines = ["errors", "log", "ready", "prometheus :9153", "loop", "reload", "loadbalance", "cache 30"];
    const blocks = [
      "health {\n lameduck 5s\n}",
      "hosts {\n 192.0.2.1 a\n fallthrough\n}",
      "forward . /etc/resolv.conf",
    ];
    expect(() =>
      load([...lines, ...blocks, "kubernetes cluster.local in-addr.arpa ip6.arpa"].join("\n")),
    ).not.toThrow();
  });

  it.each([
    "autopath @kubernetes",
    "rewrite name a b",
    "file db.example",
    "template IN A",
    "dnssec",
    "etcd",
    "forwrad . 1.1.1.1",
  ])("is not %s: it is refused by its name and line, with those that are known", (line) => {
    const [name] = line.split(" ");
    const known =
      "cache, errors, forward, health, hosts, kubernetes, loadbalance, log, loop, prometheus, ready, reload";
    expect(() => load(`errors\n${line}`)).toThrow(`line 3: plugin ${name} is not served; known are ${known}`);
  });

  it.each([
    ["kubernetes cluster.local {\n endpoint https://a\n}", /line 3: .*endpoint/],
    ["kubernetes cluster.local {\n pods verified\n}", /line 2: pods verified/],
    ["forward . 192.0.2.1 {\n tls\n}", /line 3: .*tls/],
    ["cache {\n keepttls\n}", /line 3: .*keepttls/],
  ])("is no option that its plugin has not here: %j", (text, message) => {
    expect(() => load(text)).toThrow(message);
  });
});
