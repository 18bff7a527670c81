import { describe, expect, it } from "vitest";
import { parseYaml } from "../../src/base/yaml.ts";
import { buildKubeconfig } from "../../src/kubeconfig/build-kubeconfig.ts";
import { mergeKubeconfig, renameKubeconfig } from "../../src/kubeconfig/merge-kubeconfig.ts";

const incoming = buildKubeconfig({
  server: "https://10.0.0.1:6443",
  clusterName: "kubernetes",
  ca: "CA",
  userName: "kubernetes-admin",
  credentials: { kind: "token", token: "t" },
});
const mine = `apiVersion: v1
kind: Config
preferences: { colors: true }
current-context: work
clusters:
- name: work
  cluster: { server: "https://work.example:6443", proxy-url: "http://proxy.example" }
- name: prod
  cluster: { server: "https://old.example:6443" }
contexts:
- name: work
  context: { cluster: work, user: me, namespace: team }
users:
- name: me
  user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: login } }
`;

describe("mergeKubeconfig", () => {
  it("keeps other contexts with all their fields, and makes the new one current", () => {
    const merged = parseYaml(mergeKubeconfig(mine, renameKubeconfig(incoming, "prod")));
    expect(merged).toMatchObject({
      "current-context": "prod",
      preferences: { colors: true },
      contexts: [
        { name: "work", context: { cluster: "work", user: "me", namespace: "team" } },
        { name: "prod", context: { cluster: "prod", user: "prod-kubernetes-admin" } },
      ],
      users: [
        { name: "me", user: { exec: { command: "login" } } },
        { name: "prod-kubernetes-admin", user: { token: "t" } },
      ],
    });
  });

  it("replaces entries of the same name", () => {
    const merged = parseYaml(mergeKubeconfig(mine, renameKubeconfig(incoming, "prod"))) as {
      clusters: { name: string }[];
    };
    expect(merged.clusters.map(({ name }) => name)).toEqual(["work", "prod"]);
    expect(merged.clusters[1]).toMatchObject({ cluster: { server: "https://10.0.0.1:6443" } });
    const twice = mergeKubeconfig(mergeKubeconfig(mine, incoming), incoming);
    expect(twice).toBe(mergeKubeconfig(mine, incoming));
  });

  it("starts a file where there is none", () => {
    expect(parseYaml(mergeKubeconfig("", incoming))).toMatchObject({
      kind: "Config",
      "current-context": "kubernetes-admin@kubernetes",
    });
  });

  it.each(["kind: Pod\n", "- a\n", "a: [", "just text"])("refuses to overwrite %j", (text) => {
    expect(() => mergeKubeconfig(text, incoming)).toThrow("not a kubeconfig");
  });
});
