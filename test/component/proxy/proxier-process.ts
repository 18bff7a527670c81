import { execFileSync } from "node:child_process";
import type { ServicePort } from "../../../src/components/proxy/services/service-port.ts";
import { FamilyProxier } from "../../../src/components/proxy/sync/family-proxier.ts";
import { proxyMetrics } from "../../../src/components/proxy/sync/proxy-metrics.ts";

/** Runs a proxier in the network namespace that it is started in: `{ services, steps }` as JSON in argv. */
type Wish = { name: string; clusterIp: string; endpoints?: string[]; affinitySeconds?: number };
const { services, steps } = JSON.parse(process.argv[2] ?? "") as { services: Wish[]; steps: string[] };

const ports = services.map(
  ({ name, clusterIp, endpoints = ["10.244.1.2"], ...rest }): ServicePort => ({
    name,
    clusterIp,
    protocol: "tcp",
    port: 80,
    externalIps: [],
    loadBalancerIps: [],
    loadBalancerSourceRanges: [],
    internalTrafficPolicy: "Cluster",
    externalTrafficPolicy: "Cluster",
    endpoints: endpoints.map((address) => ({
      address,
      port: 8080,
      isLocal: true,
      ready: true,
      serving: true,
      terminating: false,
    })),
    ...rest,
  }),
);
const proxier = new FamilyProxier({
  family: "ip",
  masqueradeAll: false,
  masqueradeMark: "0x4000",
  metrics: proxyMetrics(),
});
const checks: boolean[] = [];
for (const step of steps) {
  if (step === "sync") await proxier.sync(ports, { local: undefined, nodePortIps: [] });
  if (step === "check") checks.push(await proxier.check());
  if (step === "flush") execFileSync("nft", ["flush", "table", "ip", "kube-proxy"], { timeout: 60_000 });
}
process.stdout.write(JSON.stringify({ checks }));
