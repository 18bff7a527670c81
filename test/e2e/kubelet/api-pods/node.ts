import { createPrivateKey, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { until } from "../../../../src/base/until.ts";
import { noAlternativeNames } from "../../../../src/x509/alternative-names.ts";
import { parseCertificate } from "../../../../src/x509/certificate.ts";
import { issueCertificate } from "../../../../src/x509/issue-certificate.ts";
import { type ApiCluster, image, workerPod } from "../fixtures/api-cluster.ts";

const configuration = "/var/lib/kubelet/config.yaml";
const certificate = "/var/lib/kubelet/pki/kubelet-client-current.pem";
const minutes = 60_000;

/** The node in the API: mirrors of static pods, certificates, pressure. These restart the worker's kubelet. */
export function nodeTests({ hosts, kubectl, create, ready, field, tells }: ApiCluster): void {
  const onWorker = (script: string) => hosts.run("worker1", ["sh", "-c", script]);
  const nodeField = async (path: string) => kubectl(["get", "node", "worker1", "-o", `jsonpath={${path}}`]);
  const condition = (type: string, key: string) => nodeField(`.status.conditions[?(@.type=="${type}")].${key}`);

  test("etcd of kubeadm's manifest runs as a static pod; its mirror comes back when it is deleted, the container stays", async () => {
    const get = (path: string) => kubectl(["-n", "kube-system", "get", "pod", "etcd-cp1", "-o", `jsonpath={${path}}`]);
    const mirror = async () => {
      const facts = await get(
        ".metadata.annotations.kubernetes\\.io/config\\.mirror} {.metadata.annotations.kubernetes\\.io/config\\.hash} {.metadata.ownerReferences[0].kind} {.status.containerStatuses[0].ready",
      );
      return facts.split(" ");
    };
    const [uid, id] = [await get(".metadata.uid"), await get(".status.containerStatuses[0].containerID")];
    const [ofMirror, hash, owner, isReady] = await mirror();
    expect([owner, isReady]).toEqual(["Node", "true"]);
    expect(ofMirror).toBe(hash);
    await kubectl(["-n", "kube-system", "delete", "pod", "etcd-cp1", "--wait=false"]);
    await until(async () => (await get(".metadata.uid")) !== uid && (await mirror())[3] === "true", {
      for: "the new mirror with its status",
      withinMs: 120_000,
    });
    expect(await get(".status.containerStatuses[0].containerID")).toBe(id);
  });

  test("a gRPC probe asks the container's health service", async () => {
    const { name, image: etcd } = JSON.parse(
      await kubectl(["-n", "kube-system", "get", "pod", "etcd-cp1", "-o", "jsonpath={.spec.containers[0]}"]),
    ) as { name: string; image: string };
    const grpc = (port: number) => ({
      readinessProbe: { grpc: { port }, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 10 },
    });
    const command = [
      "etcd",
      "--listen-client-urls=http://0.0.0.0:2379",
      "--advertise-client-urls=http://127.0.0.1:2379",
    ];
    await create(workerPod("grpc-well", { nodeName: "cp1" }, { name, image: etcd, command, ...grpc(2379) }));
    await create(workerPod("grpc-ill", { nodeName: "cp1" }, { image, ...grpc(1) }));
    await ready("grpc-well");
    await tells("grpc-ill", "Warning Unhealthy Readiness probe failed: ");
    expect(await field("grpc-ill", ".status.containerStatuses[0].ready")).toBe("false");
    await kubectl(["delete", "pod", "grpc-well", "grpc-ill", "--wait=false"]);
  });

  test("10250 lets nobody in without a name, and those with one as far as the API server says", async () => {
    const address = await nodeField(".status.addresses[0].address");
    const ask = (path: string, token?: string) => {
      const header = token ? `-H 'Authorization: Bearer ${token}'` : "";
      return onWorker(`curl -sk -o /dev/null -w '%{http_code}' ${header} https://${address}:10250${path}`);
    };
    expect(await ask("/pods")).toBe("401");
    expect(await ask("/pods", "made-up")).toBe("401");
    await kubectl(["create", "serviceaccount", "scraper"]);
    await kubectl(["create", "clusterrole", "metrics", "--verb=get", "--resource=nodes/metrics,nodes/stats"]);
    await kubectl([
      "create",
      "clusterrolebinding",
      "metrics",
      "--clusterrole=metrics",
      "--serviceaccount=default:scraper",
    ]);
    const token = (await kubectl(["create", "token", "scraper"])).trim();
    // a "no" from before the binding was known is kept for half a minute
    const isAllowed = async () => (await ask("/metrics/resource", token)) === "200";
    await until(isAllowed, { for: "the kubelet to let the scraper in", withinMs: 120_000 });
    expect(await ask("/stats/summary", token)).toBe("200");
    expect(await ask("/pods", token)).toBe("403");
  });

  test("the client certificate is exchanged before it ends, and the serving one comes from the cluster's signer", async () => {
    const [ca = "", key = ""] = await Promise.all(
      ["crt", "key"].map((kind) => hosts.run("cp1", ["cat", `/etc/kubernetes/pki/ca.${kind}`])),
    );
    const authority = parseCertificate(ca);
    const own = await onWorker(`cat ${certificate}`);
    const ownKey = createPrivateKey(own.slice(own.lastIndexOf("-----BEGIN")));
    const publicKey = parseCertificate(own)?.publicKey;
    if (!authority || !publicKey) throw new Error("the cluster's certificates can't be read");
    const aging = issueCertificate(
      {
        subject: { commonName: "system:node:worker1", organizations: ["system:nodes"] },
        publicKey,
        usages: ["clientAuth"],
        alternativeNames: noAlternativeNames,
        notBefore: new Date(Date.now() - 600 * minutes),
        notAfter: new Date(Date.now() + 60 * minutes),
        random: randomBytes,
      },
      { certificate: authority, privateKey: createPrivateKey(key) },
    );
    const pem = `${aging.trimEnd()}\n${ownKey.export({ type: "pkcs8", format: "pem" })}`;
    await hosts.run(
      "worker1",
      ["sh", "-c", `cat > /var/lib/kubelet/pki/aging.pem && ln -sf aging.pem ${certificate}`],
      pem,
    );
    await onWorker(`sed -i '/serverTLSBootstrap/d' ${configuration}; echo 'serverTLSBootstrap: true' >> ${configuration}
systemctl restart kubelet`);
    await until(async () => !(await onWorker(`readlink ${certificate}`)).includes("aging"), {
      for: "a new client certificate",
      withinMs: 120_000,
    });
    const renewed = parseCertificate(await onWorker(`cat ${certificate}`));
    expect(renewed?.subject).toEqual({ commonName: "system:node:worker1", organizations: ["system:nodes"] });
    expect(renewed?.notAfter.getTime()).toBeGreaterThan(Date.now() + 600 * minutes);
    const selector = "--field-selector=spec.signerName=kubernetes.io/kubelet-serving";
    const waiting = async () => {
      const names = await kubectl(["get", "csr", selector, "-o", "jsonpath={.items[*].metadata.name}"]);
      return names !== "" && names.split(" ");
    };
    const names = await until(waiting, { for: "the request for a serving certificate", withinMs: 120_000 });
    await kubectl(["certificate", "approve", ...names]);
    const address = await nodeField(".status.addresses[0].address");
    const issuer = `echo | openssl s_client -connect ${address}:10250 -CAfile /etc/kubernetes/pki/ca.crt -verify_ip ${address} 2>&1`;
    await until(async () => (await onWorker(issuer)).includes("Verify return code: 0 (ok)"), {
      for: "the kubelet to serve with the signed certificate",
      withinMs: 120_000,
    });
    expect(await kubectl(["exec", "tools", "--", "echo", "reached"])).toContain("reached");
  });

  test("a disk that is full by the threshold shows as DiskPressure, keeps pods out, and eases when there is room", async () => {
    await onWorker(`cp ${configuration} /tmp/config.yaml
printf 'evictionHard: {"nodefs.available": "99.9%%"}\nevictionPressureTransitionPeriod: 2s\n' > /tmp/full.yaml
grep -v -e '^evictionHard' -e '^evictionPressureTransitionPeriod' /tmp/config.yaml | cat - /tmp/full.yaml > ${configuration}
systemctl restart kubelet`);
    await until(async () => (await condition("DiskPressure", "status")) === "True", {
      for: "disk pressure",
      withinMs: 120_000,
    });
    expect(await condition("DiskPressure", "reason")).toBe("KubeletHasDiskPressure");
    await tells("worker1", "Normal NodeHasDiskPressure Node worker1 status is now: NodeHasDiskPressure");
    await create(workerPod("late"));
    await until(async () => (await field("late", ".status.phase")) === "Failed", {
      for: "the refusal",
      withinMs: 120_000,
    });
    expect(await field("late", ".status.reason")).toBe("Evicted");
    expect(await field("late", ".status.message")).toBe("Pod was rejected: The node had condition: [DiskPressure]. ");
    expect(await field("tools", ".status.phase")).toBe("Running");
    await onWorker(`mv /tmp/config.yaml ${configuration}; systemctl restart kubelet`);
    await until(async () => (await condition("DiskPressure", "status")) === "False", {
      for: "the pressure to ease",
      withinMs: 120_000,
    });
    await tells("worker1", "NodeHasNoDiskPressure");
  });
}
