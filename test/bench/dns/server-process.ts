import { Dns } from "../../../src/components/dns/dns.ts";
import { DnsMetrics } from "../../../src/components/dns/serving/dns-metrics.ts";
import { serviceIndex } from "../../../src/components/dns/zone/service-index.ts";

/** The measured process: cluster DNS with kubeadm's Corefile on the port of argv, over so many services. */
const [port, count] = process.argv.slice(2).map(Number);
const numbers = Array.from({ length: count ?? 0 }, (_, index) => index);
const index = serviceIndex(
  numbers.map((at) => ({
    metadata: { namespace: "bench", name: `svc-${at}` },
    spec: { clusterIP: `10.96.${at >> 8}.${at & 255}`, ports: [{ name: "http", port: 80 }] },
  })),
  [],
  [{ metadata: { name: "bench" } }],
);
const dns = new Dns({
  address: "127.0.0.1",
  metrics: new DnsMetrics(),
  log: (line) => process.stderr.write(`${line}\n`),
  parts: {
    index: () => index,
    readFile: () => "",
    now: Date.now,
    random: Math.random,
    loopName: "loop.invalid",
    onLoop: () => process.exit(1),
  },
});
await dns.load(`.:${port} {
  errors
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
    ttl 30
  }
  hosts {
    192.0.2.1 cached.example.org
    ttl 300
    fallthrough
  }
  prometheus :9153
  cache 30 {
    disable success cluster.local
    disable denial cluster.local
  }
  loadbalance
}`);
process.stdout.write("ready\n");
process.on("message", () => process.send?.({ rssMb: process.memoryUsage.rss() / 2 ** 20, cpu: process.cpuUsage() }));
