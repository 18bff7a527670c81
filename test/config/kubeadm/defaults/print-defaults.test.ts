import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  componentKinds,
  printInitDefaults,
  printJoinDefaults,
  printResetDefaults,
  printUpgradeDefaults,
} from "../../../../src/config/kubeadm/defaults/print-defaults.ts";

/** What kubeadm v1.36.2 printed. */
const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
/** The embedded distribution's registry and version stand where kubeadm has its own. */
const ours = (text: string) => text.replace("registry.k8s.io", "slipway.local").replace("1.36.0", "1.36.2");

describe("config print", () => {
  it("prints init-defaults with component configurations as kubeadm does", () => {
    expect(printInitDefaults(componentKinds)).toBe(ours(fixture("init-defaults.yaml")));
  });

  it("leaves component configurations out unless asked", () => {
    const [init, cluster] = ours(fixture("init-defaults.yaml")).split("---\n");
    expect(printInitDefaults()).toBe(`${init}---\n${cluster}`);
    expect(printInitDefaults(["KubeProxyConfiguration"])).toContain("kind: KubeProxyConfiguration");
    expect(printInitDefaults(["KubeProxyConfiguration"])).not.toContain("kind: KubeletConfiguration");
  });

  it("prints join-, reset- and upgrade-defaults as kubeadm does", () => {
    expect(printJoinDefaults("ref1")).toBe(fixture("join-defaults.yaml"));
    expect(printResetDefaults()).toBe(fixture("reset-defaults.yaml"));
    expect(printUpgradeDefaults()).toBe(fixture("upgrade-defaults.yaml"));
  });
});
