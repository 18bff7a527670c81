import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandArguments, extraArgument } from "../../../src/manifests/static-pod/arguments.ts";
import { mergeEnvironment, proxyEnvironment } from "../../../src/manifests/static-pod/environment.ts";
import { externalEtcdMounts } from "../../../src/manifests/static-pod/external-etcd-mounts.ts";
import { probeHost, probes } from "../../../src/manifests/static-pod/probes.ts";
import { certificateMounts } from "../../../src/manifests/static-pod/volumes.ts";
import { inputWith } from "../../kubeadm-sample.ts";

describe("commandArguments", () => {
  const name = fc.constantFrom("a", "b", "c", "d");
  const args = fc.array(fc.record({ name, value: fc.string() }), { maxLength: 6 });

  it("ends with the user's arguments in their order, after sorted defaults of other names", () => {
    fc.assert(
      fc.property(fc.dictionary(name, fc.string()), args, (defaults, extra) => {
        const all = commandArguments(defaults, extra);
        const theirs = extra.map((arg) => `--${arg.name}=${arg.value}`);
        const kept = all.slice(0, all.length - theirs.length);
        expect(all.slice(kept.length)).toEqual(theirs);
        expect(kept).toHaveLength(Object.keys(defaults).filter((key) => !extra.some((arg) => arg.name === key)).length);
        expect(kept.map((arg) => arg.split("=")[0])).toEqual(kept.map((arg) => arg.split("=")[0]).sort());
      }),
    );
  });

  it("leaves out defaults that are undefined, keeps empty ones, and lets the last of a name count", () => {
    expect(commandArguments({ b: "", a: undefined }, [])).toEqual(["--b="]);
    expect(
      extraArgument(
        [
          { name: "x", value: "1" },
          { name: "x", value: "2" },
        ],
        "x",
      ),
    ).toBe("2");
    expect(extraArgument([], "x")).toBeUndefined();
  });
});

describe("environment", () => {
  it("takes proxy variables in any case, without empty ones", () => {
    const found = proxyEnvironment({
      HTTP_PROXY: "a",
      no_proxy: "b",
      https_proxy: "",
      PROXY: "c",
      HOME: "/",
      X_Proxy: "d",
    });
    expect(found.map(({ name }) => name)).toEqual(["HTTP_PROXY", "no_proxy", "X_Proxy"]);
  });

  it("lets the user's variable stand for the host's of the same name", () => {
    const variable = (name: string, value: string) => ({ name, value, valueFrom: undefined });
    expect(mergeEnvironment([variable("B", "1"), variable("A", "1")], [variable("B", "2")])).toEqual([
      variable("A", "1"),
      variable("B", "2"),
    ]);
  });
});

describe("probes", () => {
  it("round the tries to start upwards", () => {
    const target = { scheme: "HTTPS", host: "", liveness: "/l", startup: "/s" } as const;
    expect(probes(target, "1s").startupProbe.failureThreshold).toBe(1);
    expect(probes(target, "4m0s").startupProbe.failureThreshold).toBe(24);
    expect(probes(target, "4m0s")).not.toHaveProperty("readinessProbe");
    expect(probes(target, "4m0s").livenessProbe.httpGet).not.toHaveProperty("host");
  });

  it("go to the pod's own address for a wildcard alone", () => {
    expect(["0.0.0.0", "::", "127.0.0.1"].map(probeHost)).toEqual(["", "", "127.0.0.1"]);
  });
});

describe("mounts of an external etcd's certificates", () => {
  const mountsFor = (caFile: string, certFile: string, keyFile: string) => {
    const external = { endpoints: ["https://e:2379"], caFile, certFile, keyFile };
    const { cluster } = inputWith({ etcd: { external } });
    return externalEtcdMounts(cluster, certificateMounts(cluster.certificatesDir, [])).map(
      ({ name, hostPath }) => `${name} ${hostPath}`,
    );
  };

  it("cover each folder once, but for those that others cover", () => {
    expect(mountsFor("/etc/kubernetes/pki/etcd/ca.crt", "/etc/ssl/certs/c.crt", "/opt/k.key")).toEqual([
      "etcd-certs-0 /opt",
    ]);
    expect(mountsFor("/b/ca.crt", "/a/c.crt", "/a/c.key")).toEqual(["etcd-certs-0 /a", "etcd-certs-1 /b"]);
    expect(mountsFor("/a/ca.crt", "/a/b/c.crt", "/a/b/c.key")).toEqual(["etcd-certs-0 /a"]);
    // a folder is not covered by another whose name only begins alike
    expect(
      mountsFor("/etc/kubernetes/pki-etcd/ca.crt", "/etc/kubernetes/pki/c.crt", "/etc/kubernetes/pki/c.key"),
    ).toEqual(["etcd-certs-0 /etc/kubernetes/pki-etcd"]);
  });
});
