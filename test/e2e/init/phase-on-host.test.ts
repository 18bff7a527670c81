import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/base/yaml.ts";
import { slipway, slipwayDone } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";

describe("init phase on a host", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 0 });
  const on = () => {
    const { key, knownHosts, hosts: all } = hosts.lab;
    return ["--host", `root@${all[0]?.address}`, "--identity", key, "--known-hosts", knownHosts];
  };

  it("makes one certificate after its authority, which the host's openssl verifies", async () => {
    await slipwayDone("init", "phase", "certs", "ca", ...on());
    await slipwayDone("init", "phase", "certs", "apiserver", ...on());
    const pki = "/etc/kubernetes/pki";
    expect(await hosts.run("cp1", ["ls", pki])).toBe("apiserver.crt\napiserver.key\nca.crt\nca.key");
    expect(await hosts.run("cp1", ["openssl", "verify", "-CAfile", `${pki}/ca.crt`, `${pki}/apiserver.crt`])).toContain(
      "OK",
    );
    expect(await hosts.run("cp1", ["stat", "-c", "%a", `${pki}/ca.key`])).toBe("600");
  });

  it("completes the whole PKI, keeps what stands there, and then changes nothing", async () => {
    const before = await hosts.run("cp1", ["sha256sum", "/etc/kubernetes/pki/ca.crt"]);
    await slipwayDone("init", "phase", "certs", "all", ...on());
    expect(await slipwayDone("init", "phase", "certs", "all", ...on())).toContain("nothing to change");
    expect(await hosts.run("cp1", ["sha256sum", "/etc/kubernetes/pki/ca.crt"])).toBe(before);
  });

  it("hands the proxies that a login on the host has to its static pods, as kubeadm does there", async () => {
    await hosts.run("cp1", ["sh", "-c", "echo HTTPS_PROXY=http://192.0.2.9:3128 >>/etc/environment"]);
    await slipwayDone("init", "phase", "control-plane", "scheduler", ...on());
    const manifest = await hosts.run("cp1", ["cat", "/etc/kubernetes/manifests/kube-scheduler.yaml"]);
    expect(parseYaml(manifest)).toMatchObject({
      spec: { containers: [{ env: [{ name: "HTTPS_PROXY", value: "http://192.0.2.9:3128" }] }] },
    });
  });

  it("refuses a foreign authority, naming the file, and writes nothing", async () => {
    await hosts.run("cp1", [
      "sh",
      "-c",
      "cd /etc/kubernetes/pki && cp front-proxy-ca.crt ca.crt && cp front-proxy-ca.key ca.key",
    ]);
    const { exitCode, stderr, stdout } = await slipway("init", "phase", "certs", "all", ...on());
    expect(exitCode).toBe(10);
    expect(`${stdout}${stderr}`).toContain("/etc/kubernetes/pki/apiserver.crt");
  });
});
