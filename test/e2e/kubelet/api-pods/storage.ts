import { expect, test } from "vitest";
import { until } from "../../../../src/base/until.ts";
import { type ApiCluster, workerPod } from "../fixtures/api-cluster.ts";

const namespace = "default";

/** A volume that is made by hand and the claim that takes it. */
function claimed(name: string, source: Record<string, unknown>): string {
  const common = { accessModes: ["ReadWriteOnce"], storageClassName: "" };
  const terms = [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["worker1"] }] }];
  const items = [
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        ...common,
        capacity: { storage: "1Mi" },
        claimRef: { name, namespace },
        nodeAffinity: { required: { nodeSelectorTerms: terms } },
        ...source,
      },
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace },
      spec: { ...common, volumeName: name, resources: { requests: { storage: "1Mi" } } },
    },
  ];
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

/** Volumes that the API has a part in, and what becomes of pods that take more than they may. */
export function storageTests({ hosts, create, ready, says, field, tells }: ApiCluster): void {
  test("hostPath and local volumes come through claims, and a local one belongs to the pod's group", async () => {
    await hosts.run("worker1", ["mkdir", "-p", "/srv/local"]);
    await create(claimed("by-path", { hostPath: { path: "/srv/by-path", type: "DirectoryOrCreate" } }));
    await create(claimed("by-local", { local: { path: "/srv/local" } }));
    const names = ["by-path", "by-local"];
    const volumes = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
    const script = "echo a > /by-path/a; echo b > /by-local/b; stat -c '%g %a' /by-local; exec sleep 100000";
    const volumeMounts = names.map((name) => ({ name, mountPath: `/${name}` }));
    const securityContext = { fsGroup: 2000 };
    await create(workerPod("claimer", { volumes, securityContext }, { command: ["sh", "-c", script], volumeMounts }));
    await ready("claimer");
    await says("claimer", "2000 2775");
    expect(await hosts.run("worker1", ["cat", "/srv/by-path/a", "/srv/local/b"])).toBe("a\nb");
  });

  test("a pod that fills its emptyDir beyond the sizeLimit is evicted, as is one above its ephemeral storage", async () => {
    const volumes = [{ name: "small", emptyDir: { sizeLimit: "1Mi" } }];
    const fill = (path: string) => ["sh", "-c", `dd if=/dev/zero of=${path} bs=1M count=4; exec sleep 100000`];
    const volumeMounts = [{ name: "small", mountPath: "/small" }];
    await create(workerPod("filler", { volumes }, { command: fill("/small/file"), volumeMounts }));
    const resources = { limits: { "ephemeral-storage": "2Mi" } };
    await create(workerPod("layer", {}, { command: fill("/file"), resources }));
    for (const name of ["filler", "layer"])
      await until(async () => (await field(name, ".status.phase")) === "Failed", {
        for: `the eviction of ${name}`,
        withinMs: 120_000,
        everyMs: 500,
      });
    const words = 'Usage of EmptyDir volume "small" exceeds the limit "1Mi". ';
    expect(await field("filler", ".status.reason")).toBe("Evicted");
    expect(await field("filler", ".status.message")).toBe(words);
    expect(await field("layer", ".status.message")).toBe(
      "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ",
    );
    await tells("filler", `Warning Evicted ${words}`);
  });
}
