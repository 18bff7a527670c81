import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mergeIntoFile } from "../../../src/cli/operator-kubeconfig.ts";
import { buildKubeconfig } from "../../../src/kubeconfig/build-kubeconfig.ts";
import { renameKubeconfig } from "../../../src/kubeconfig/merge-kubeconfig.ts";

const run = (program: string, args: readonly string[]) => promisify(execFile)(program, args, { timeout: 60_000 });
let home: string;
let path: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "slipway-kube-"));
  path = join(home, ".kube/config");
});
afterEach(() => rm(home, { recursive: true, force: true }));

const cluster = (name: string) =>
  renameKubeconfig(
    buildKubeconfig({
      server: `https://${name}.example:6443`,
      clusterName: "kubernetes",
      ca: "CA",
      userName: "kubernetes-admin",
      credentials: { kind: "token", token: `token-of-${name}` },
    }),
    name,
  );
const kubectl = async (...args: string[]) => (await run("kubectl", ["--kubeconfig", path, ...args])).stdout.trim();

describe("merging into the operator's kubeconfig", () => {
  it("goes on where a process of the same number was killed while it wrote", async () => {
    await mergeIntoFile(path, cluster("one"));
    await writeFile(`${path}.slipway-${process.pid}`, "half");
    await mergeIntoFile(path, cluster("two"));
    expect((await kubectl("config", "get-contexts", "-o", "name")).split("\n").sort()).toEqual(["one", "two"]);
    expect(await readdir(join(home, ".kube"))).toEqual(["config"]);
  });

  it("gives kubectl a context for each cluster, closed to other users", async () => {
    await mergeIntoFile(path, cluster("one"));
    await mergeIntoFile(path, cluster("two"));
    expect((await kubectl("config", "get-contexts", "-o", "name")).split("\n").sort()).toEqual(["one", "two"]);
    expect(await kubectl("config", "current-context")).toBe("two");
    expect(
      await kubectl("config", "view", "--minify", "--context=one", "-o", "jsonpath={.clusters[0].cluster.server}"),
    ).toBe("https://one.example:6443");
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe("600");
    expect(await readdir(join(home, ".kube"))).toEqual(["config"]);
  });

  it("keeps what kubectl wrote", async () => {
    await mergeIntoFile(path, cluster("one"));
    await kubectl("config", "set-context", "mine", "--cluster=one", "--user=one-kubernetes-admin", "--namespace=team");
    await mergeIntoFile(path, cluster("two"));
    expect(await kubectl("config", "view", "--minify", "--context=mine", "-o", "jsonpath={..namespace}")).toBe("team");
  });

  it("waits for nobody: while another program holds the lock nothing is written", async () => {
    await mergeIntoFile(path, cluster("one"));
    const before = await readFile(path, "utf8");
    await writeFile(`${path}.lock`, "");
    await expect(mergeIntoFile(path, cluster("two"))).rejects.toMatchObject({ details: { code: "KUBECONFIG_LOCKED" } });
    expect(await readFile(path, "utf8")).toBe(before);
    expect(await readdir(join(home, ".kube"))).toEqual(["config", "config.lock"]);
  });

  it("writes nothing over a file that is no kubeconfig, and leaves no lock", async () => {
    await mergeIntoFile(path, cluster("one"));
    await writeFile(path, "kind: Pod\n");
    await expect(mergeIntoFile(path, cluster("two"))).rejects.toThrow("not a kubeconfig");
    expect(await readdir(join(home, ".kube"))).toEqual(["config"]);
    expect(await readFile(path, "utf8")).toBe("kind: Pod\n");
  });
});
