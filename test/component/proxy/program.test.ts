import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { type ControlPlane, startControlPlane } from "../apiserver/fixture.ts";
import { sh } from "../netns.ts";

/** The program in a network namespace of its own, which reaches an API server outside through a socket in the file system. */
const main = join(import.meta.dirname, "../../../src/components/proxy/main.ts");
const namespace = `sw-proxy-${process.pid}`;
const inside = (command: string) => sh(`ip netns exec ${namespace} ${command}`);
const processes: ChildProcess[] = [];
let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
  sh(`ip netns add ${namespace}
ip -n ${namespace} link set lo up
ip -n ${namespace} address add 10.1.0.1/32 dev lo
ip -n ${namespace} route add default dev lo`);
  const { port } = new URL(plane.server);
  const socket = join(plane.dir, "api.sock");
  run("socat", `UNIX-LISTEN:${socket},fork`, `TCP:127.0.0.1:${port}`);
  run("ip", "netns", "exec", namespace, "socat", `TCP-LISTEN:${port},bind=127.0.0.1,fork`, `UNIX-CONNECT:${socket}`);
  await plane.kubectl("apply", "-f", written("objects.yaml", objects));
  const config = written("config.yaml", `${configuration}clientConnection: { kubeconfig: ${plane.kubeconfig} }\n`);
  run("ip", "netns", "exec", namespace, process.execPath, main, `--config=${config}`, "--hostname-override=n1");
  await until(() => statusOf("10256/livez") === "200", { for: "kube-proxy's first sync", withinMs: 60_000 });
}, 120_000);

afterAll(async () => {
  for (const one of processes) one.kill("SIGKILL");
  await plane?.stop();
  sh(`ip netns delete ${namespace} || true`);
});

describe("kube-proxy as a program", () => {
  it("tells load balancers by the health check node port whether a service has endpoints here", async () => {
    const port = await plane.kubectl("get", "service", "web", "-o", "jsonpath={.spec.healthCheckNodePort}");
    await until(() => statusOf(`${port}/`) === "200", wait("an endpoint here"));
    expect(JSON.parse(inside(`curl -s http://127.0.0.1:${port}/`))).toEqual({
      service: { namespace: "default", name: "web" },
      localEndpoints: 1,
      serviceProxyHealthy: true,
    });
    await plane.kubectl("patch", "endpointslice", "web-1", "--type=json", `-p=${JSON.stringify([elsewhere])}`);
    await until(() => statusOf(`${port}/`) === "503", wait("no endpoint here"));
    await plane.kubectl("delete", "service", "web");
    await until(() => statusOf(`${port}/`) === "000", wait("the port to be closed"));
  });

  it("serves metrics with upstream's labels, and its mode", async () => {
    const read = () => inside("curl -s http://127.0.0.1:10249/metrics");
    // a sync counts what came before it as done when it has closed the ports of services that went
    const nothingPending = /^kubeproxy_sync_proxy_rules_service_changes_pending 0$/m;
    const metrics = await until(
      () => [read()].find((text) => nothingPending.test(text)),
      wait("nothing to be pending"),
    );
    for (const name of ["sync_proxy_rules_last_timestamp_seconds", "sync_proxy_rules_last_queued_timestamp_seconds"]) {
      expect(metrics).toMatch(new RegExp(`^kubeproxy_${name}{ip_family="IPv4"} 1\\d{9}`, "m"));
    }
    expect(metrics).toMatch(/^kubeproxy_sync_full_proxy_rules_duration_seconds_count{ip_family="IPv4"} 1$/m);
    expect(metrics).toMatch(/^kubeproxy_network_programming_duration_seconds_count{ip_family="IPv4"} [1-9]/m);
    expect(metrics).toMatch(
      /^kubeproxy_sync_proxy_rules_no_local_endpoints_total{ip_family="IPv4",traffic_policy="external"} 0$/m,
    );
    expect(metrics).toMatch(/^kubeproxy_sync_proxy_rules_endpoint_changes_total [1-9]/m);
    expect(metrics).toMatch(/^kubeproxy_proxy_livez_total{code="200"} [1-9]/m);
    expect(inside("curl -s http://127.0.0.1:10249/proxyMode")).toBe("nftables");
  });

  it("is no place for new connections once its node is about to go, and lives on", async () => {
    expect(JSON.parse(inside("curl -s http://127.0.0.1:10256/healthz"))).toMatchObject({ nodeEligible: true });
    await plane.kubectl("taint", "node", "n1", "ToBeDeletedByClusterAutoscaler=:NoSchedule");
    await until(() => statusOf("10256/healthz") === "503", wait("the taint to be seen"));
    expect(statusOf("10256/livez")).toBe("200");
  });
});

const configuration = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clusterCIDR: 10.244.0.0/16
conntrack: { maxPerCore: 0 }
`;

const objects = `apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { addresses: [{ type: InternalIP, address: 10.1.0.1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: default }
spec:
  type: LoadBalancer
  clusterIP: 10.96.7.1
  externalTrafficPolicy: Local
  ports: [{ port: 80, nodePort: 30080 }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: web-1
  namespace: default
  labels: { kubernetes.io/service-name: web }
  annotations: { endpoints.kubernetes.io/last-change-trigger-time: "2026-01-01T00:00:00Z" }
addressType: IPv4
ports: [{ name: "", port: 8080 }]
endpoints: [{ addresses: [10.244.1.2], nodeName: n1 }]
`;

const elsewhere = { op: "replace", path: "/endpoints/0/nodeName", value: "n2" };

function run(command: string, ...args: string[]): void {
  processes.push(spawn(command, args, { stdio: "ignore" }));
}

function written(name: string, text: string): string {
  const path = join(plane.dir, name);
  writeFileSync(path, text);
  return path;
}

/** The HTTP status of PORT/PATH; 000 where nobody listens. */
function statusOf(place: string): string {
  return inside(`curl -s -m 5 -o /dev/null -w '%{http_code}' http://127.0.0.1:${place} || true`);
}

function wait(what: string) {
  return { for: what, withinMs: 60_000 };
}
