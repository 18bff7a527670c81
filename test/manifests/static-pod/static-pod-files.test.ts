import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/base/yaml.ts";
import type { InitInput } from "../../../src/config/kubeadm/load/init-input.ts";
import { controlPlaneInput } from "../../../src/config/kubeadm/values/control-plane-node.ts";
import type { StaticPodContext } from "../../../src/manifests/static-pod/static-pod-context.ts";
import {
  controlPlaneComponentNames,
  controlPlaneFile,
  etcdFile,
} from "../../../src/manifests/static-pod/static-pod-files.ts";
import { caFolders } from "../../../src/manifests/static-pod/volumes.ts";
import { initWith, sampleInit } from "../../kubeadm-sample.ts";

/** What kubeadm v1.36.2 wrote. */
const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8");
const debianFolders = caFolders.filter((folder) => !folder.startsWith("/etc/pki"));

function contextOf(config: InitInput, host: Partial<StaticPodContext["host"]> = {}): StaticPodContext {
  const startupTimeout = config.init.timeouts.controlPlaneComponentHealthCheck;
  return {
    ...controlPlaneInput(config),
    host: { caFolders: [], proxyEnv: [], ...host },
    startupTimeout,
    isCaExternal: false,
  };
}

type Container = {
  command: string[];
  env?: { name: string; value?: string }[];
  image: string;
  livenessProbe: { httpGet: { host?: string; path: string; scheme: string } };
  readinessProbe?: { httpGet: { path: string } };
  startupProbe: { failureThreshold: number; httpGet: { path: string } };
  ports: { containerPort: number }[];
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
};
type Pod = {
  metadata: { annotations?: Record<string, string> };
  spec: { containers: [Container]; volumes: { name: string }[] };
};

const podOf = (text: string | undefined) => parseYaml(text ?? "") as Pod;
const apiserver = (context: StaticPodContext) => podOf(controlPlaneFile("apiserver", context).content);
const manager = (context: StaticPodContext) => podOf(controlPlaneFile("controller-manager", context).content);
const scheduler = (context: StaticPodContext) => podOf(controlPlaneFile("scheduler", context).content);
const etcd = (
  context: StaticPodContext,
  ...rest: Parameters<typeof etcdFile> extends [unknown, ...infer R] ? R : never
) => podOf(etcdFile(context, ...rest)?.content);
const flags = (pod: Pod) => pod.spec.containers[0].command.slice(1);

describe("static pods", () => {
  const golden = contextOf(sampleInit(), { caFolders: debianFolders });

  it("are kubeadm's, byte for byte, closed to others", () => {
    for (const name of controlPlaneComponentNames) {
      const { path, mode, content } = controlPlaneFile(name, golden);
      expect(path).toBe(`/etc/kubernetes/manifests/kube-${name}.yaml`);
      expect(mode).toBe(0o600);
      expect(content).toBe(fixture(`kube-${name}.yaml`));
    }
    expect(etcdFile(golden)).toEqual({
      path: "/etc/kubernetes/manifests/etcd.yaml",
      mode: 0o600,
      content: fixture("etcd.yaml"),
    });
  });

  it("are the same bytes for the same input", () => {
    expect(controlPlaneFile("apiserver", contextOf(sampleInit())).content).toBe(
      controlPlaneFile("apiserver", contextOf(sampleInit())).content,
    );
  });
});

describe("extra settings", () => {
  it("replace all defaults of a name and follow them in the user's order, repeated ones included", () => {
    const extraArgs = [
      { name: "service-account-issuer", value: "https://b.example" },
      { name: "service-account-issuer", value: "https://a.example" },
      { name: "audit-log-path", value: "-" },
    ];
    const command = flags(apiserver(contextOf(initWith({ apiServer: { extraArgs } }))));
    expect(command.slice(-3)).toEqual([
      "--service-account-issuer=https://b.example",
      "--service-account-issuer=https://a.example",
      "--audit-log-path=-",
    ]);
    expect(command.filter((flag) => flag.startsWith("--service-account-issuer="))).toHaveLength(2);
    const defaults = command.slice(0, -3);
    expect(defaults).toEqual([...defaults].sort());
  });

  it("keep known authorization modes, and none beside a configuration file", () => {
    const modes = (extraArgs: object[]) =>
      flags(apiserver(contextOf(initWith({ apiServer: { extraArgs } })))).filter((flag) =>
        flag.startsWith("--authorization-"),
      );
    expect(modes([{ name: "authorization-mode", value: "Webhook,Nonsense,RBAC" }])).toEqual([
      "--authorization-mode=Webhook,RBAC",
    ]);
    expect(modes([{ name: "authorization-mode", value: "Nonsense" }])).toEqual(["--authorization-mode=Node,RBAC"]);
    expect(modes([{ name: "authorization-config", value: "/a.yaml" }])).toEqual(["--authorization-config=/a.yaml"]);
  });

  it("put the user's variables over the host's proxy, sorted; etcd gets only the user's", () => {
    const proxyEnv = [
      { name: "no_proxy", value: "a", valueFrom: undefined },
      { name: "HTTP_PROXY", value: "b", valueFrom: undefined },
    ];
    const extraEnvs = [
      { name: "no_proxy", value: "mine" },
      { name: "FROM", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    ];
    const context = contextOf(
      initWith({ scheduler: { extraEnvs }, etcd: { local: { extraEnvs: [{ name: "X", value: "y" }] } } }),
      { proxyEnv },
    );
    expect(scheduler(context).spec.containers[0].env).toEqual([
      { name: "FROM", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      { name: "HTTP_PROXY", value: "b" },
      { name: "no_proxy", value: "mine" },
    ]);
    expect(etcd(context).spec.containers[0].env).toEqual([{ name: "X", value: "y" }]);
    expect(manager(contextOf(initWith())).spec.containers[0].env).toBeUndefined();
  });

  it("let a volume replace one of the same name, and add others, sorted", () => {
    const extraVolumes = [
      { name: "ca-certs", hostPath: "/my/certs", mountPath: "/etc/ssl/certs" },
      { name: "audit", hostPath: "/var/log/audit", mountPath: "/audit", readOnly: true, pathType: "DirectoryOrCreate" },
    ];
    const pod = apiserver(contextOf(initWith({ apiServer: { extraVolumes } })));
    expect(pod.spec.volumes).toEqual([
      { name: "audit", hostPath: { path: "/var/log/audit", type: "DirectoryOrCreate" } },
      { name: "ca-certs", hostPath: { path: "/my/certs" } },
      { name: "k8s-certs", hostPath: { path: "/etc/kubernetes/pki", type: "DirectoryOrCreate" } },
    ]);
    expect(pod.spec.containers[0].volumeMounts.find(({ name }) => name === "ca-certs")?.readOnly).toBeUndefined();
  });
});

describe("addresses and waits", () => {
  it("follow an IPv6 host in flags, probes and annotations", () => {
    const context = contextOf(initWith({}, { localAPIEndpoint: { advertiseAddress: "fd00::21" } }));
    expect(flags(apiserver(context))).toContain("--etcd-servers=https://[::1]:2379");
    expect(apiserver(context).metadata.annotations).toEqual({
      "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": "[fd00::21]:6443",
    });
    expect(flags(etcd(context))).toContain("--listen-client-urls=https://[::1]:2379,https://[fd00::21]:2379");
    expect(etcd(context).spec.containers[0].livenessProbe.httpGet.host).toBe("::1");
  });

  it("probe a component where bind-address says, and the pod's own address for a wildcard", () => {
    const bound = (value: string) => {
      const extraArgs = [{ name: "bind-address", value }];
      return manager(contextOf(initWith({ controllerManager: { extraArgs } }))).spec.containers[0].livenessProbe.httpGet
        .host;
    };
    expect([bound("10.0.0.1"), bound("0.0.0.0"), bound("::")]).toEqual(["10.0.0.1", undefined, undefined]);
  });

  it("give a component as many tries to start as its time-out lasts", () => {
    const config = initWith({}, { timeouts: { controlPlaneComponentHealthCheck: "95s" } });
    expect(apiserver(contextOf(config)).spec.containers[0].startupProbe.failureThreshold).toBe(10);
  });

  it("allocate node networks only when pods have one", () => {
    const none = flags(manager(contextOf(initWith()))).join(" ");
    expect(none).not.toMatch(/allocate-node-cidrs|cluster-cidr|service-cluster-ip-range/);
    const some = flags(manager(contextOf(initWith({ networking: { podSubnet: "10.244.0.0/16,fd01::/48" } }))));
    expect(some).toContain("--cluster-cidr=10.244.0.0/16,fd01::/48");
  });

  it("sign nothing when the authority's key is elsewhere", () => {
    const external = flags(manager({ ...contextOf(initWith()), isCaExternal: true }));
    expect(external).toContain("--cluster-signing-cert-file=");
    expect(external).toContain("--cluster-signing-key-file=");
  });
});

describe("etcd", () => {
  it("joins the members that there are", () => {
    const members = [
      { name: "cp1", peerUrl: "https://10.0.0.1:2380" },
      { name: "ref1", peerUrl: "https://10.89.0.21:2380" },
    ];
    const command = flags(etcd(contextOf(initWith()), members));
    expect(command).toContain("--initial-cluster=cp1=https://10.0.0.1:2380,ref1=https://10.89.0.21:2380");
    expect(command).toContain("--initial-cluster-state=existing");
  });

  it("gets the flags and probes that its release knows", () => {
    const at = (imageTag: string) => etcd(contextOf(initWith({ etcd: { local: { imageTag } } })));
    const paths = (pod: Pod) => {
      const { livenessProbe, readinessProbe, startupProbe } = pod.spec.containers[0];
      return [livenessProbe, readinessProbe, startupProbe].map((probe) => probe?.httpGet.path);
    };
    expect(flags(at("3.6.8-0"))).toContain("--feature-gates=InitialCorruptCheck=true");
    expect(paths(at("3.6.8-0"))).toEqual(["/livez", "/readyz", "/readyz"]);
    expect(flags(at("3.4.23-0"))).toContain("--experimental-initial-corrupt-check=true");
    expect(flags(at("3.4.23-0"))).toContain("--experimental-watch-progress-notify-interval=5s");
    expect(flags(at("3.4.23-0")).join()).not.toContain("feature-gates");
    expect(paths(at("3.4.23-0"))).toEqual([
      "/health?exclude=NOSPACE&serializable=true",
      undefined,
      "/health?serializable=false",
    ]);
    expect(paths(at("3.5.15-0"))).toEqual(["/livez", "/readyz", "/readyz"]);
    expect(flags(at("3.5.15-0")).join()).toContain("experimental-initial-corrupt-check");
  });

  it("is probed where listen-metrics-urls says", () => {
    const extraArgs = [{ name: "listen-metrics-urls", value: "https://10.0.0.1:9981,http://127.0.0.1:2381" }];
    const { livenessProbe, ports } = etcd(contextOf(initWith({ etcd: { local: { extraArgs } } }))).spec.containers[0];
    expect(livenessProbe.httpGet).toMatchObject({ scheme: "HTTPS", host: "10.0.0.1" });
    expect(ports[0]?.containerPort).toBe(9981);
  });

  it("is not rendered when external; the API server then gets its endpoints, credentials and their folders", () => {
    const external = {
      endpoints: ["https://e1.example:2379", "https://e2.example:2379"],
      caFile: "/opt/etcd/ca.crt",
      certFile: "/opt/etcd/client/c.crt",
      keyFile: "/etc/kubernetes/pki/etcd.key",
    };
    const context = contextOf(initWith({ etcd: { external } }));
    expect(etcdFile(context)).toBeUndefined();
    const command = flags(apiserver(context));
    expect(command).toContain("--etcd-servers=https://e1.example:2379,https://e2.example:2379");
    expect(command).toContain("--etcd-keyfile=/etc/kubernetes/pki/etcd.key");
    const mounts = apiserver(context).spec.containers[0].volumeMounts.filter(({ name }) => name.startsWith("etcd-"));
    expect(mounts).toEqual([{ name: "etcd-certs-0", mountPath: "/opt/etcd", readOnly: true }]);
  });
});
