import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kubeletFiles } from "../../../src/manifests/kubelet/kubelet-files.ts";
import { kubeletLauncher } from "../../../src/manifests/kubelet/kubelet-launcher.ts";
import { kubeletNode, workerKubeletNode } from "../../../src/manifests/kubelet/kubelet-node.ts";
import { kubeletDropIn, kubeletUnit } from "../../../src/manifests/kubelet/kubelet-unit.ts";
import { initWith, sampleInit } from "../../kubeadm-sample.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8");
const nameOf = (path: string) => path.replace("/var/lib/kubelet/", "");

function filesOf(config = sampleInit(), hostname = "ref1", usesSystemdResolved = false) {
  const node = kubeletNode(config.init.nodeRegistration, hostname, config.cluster.featureGates);
  const files = kubeletFiles({ kubelet: config.kubelet, node, usesSystemdResolved });
  return Object.fromEntries(files.map(({ path, content }) => [nameOf(path), content]));
}

describe("the kubelet's files", () => {
  it("are kubeadm's, byte for byte", () => {
    expect(filesOf()).toEqual({
      "config.yaml": fixture("kubelet-config.yaml"),
      "instance-config.yaml": fixture("instance-config.yaml"),
      "kubeadm-flags.env": fixture("kubeadm-flags.env"),
    });
  });

  it("name the node where the host's name is another, and end with the user's flags", () => {
    const registration = {
      kubeletExtraArgs: [
        { name: "v", value: "4" },
        { name: "hostname-override", value: "mine" },
      ],
    };
    expect(filesOf(initWith({}, { nodeRegistration: registration }), "other")["kubeadm-flags.env"]).toBe(
      'KUBELET_KUBEADM_ARGS="--v=4 --hostname-override=mine"\n',
    );
    expect(filesOf(initWith(), "other")["kubeadm-flags.env"]).toBe('KUBELET_KUBEADM_ARGS="--hostname-override=ref1"\n');
  });

  it("carry the runtime's socket in a flag when NodeLocalCRISocket is off", () => {
    const files = filesOf(initWith({ featureGates: { NodeLocalCRISocket: false } }));
    expect(files["instance-config.yaml"]).toBeUndefined();
    expect(files["kubeadm-flags.env"]).toContain(
      "--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock",
    );
  });

  it("register a worker's taints by flag, a control plane's through the API", () => {
    const taints = [
      { key: "gpu", value: "yes", effect: "NoSchedule" },
      { key: "x", effect: "NoExecute" },
    ];
    const { nodeRegistration } = initWith({}, { nodeRegistration: { taints } }).init;
    expect(workerKubeletNode(nodeRegistration, "ref1", {}).registerWithTaints).toHaveLength(2);
    const node = workerKubeletNode(nodeRegistration, "ref1", {});
    const [flags] = kubeletFiles({ kubelet: sampleInit().kubelet, node, usesSystemdResolved: false });
    expect(flags?.content).toContain("--register-with-taints=gpu=yes:NoSchedule,x:NoExecute");
    expect(kubeletNode(nodeRegistration, "ref1", {}).registerWithTaints).toEqual([]);
  });

  it("point at systemd-resolved's real servers where it runs, unless the user chose", () => {
    expect(filesOf(sampleInit(), "ref1", true)["config.yaml"]).toContain(
      "resolvConf: /run/systemd/resolve/resolv.conf\n",
    );
  });
});

describe("the kubelet's unit", () => {
  it("starts a binary that the drop-in gives kubeadm's arguments, the user's last", () => {
    expect(kubeletUnit().content).toContain("ExecStart=/usr/bin/kubelet\nRestart=always\n");
    const { path, content } = kubeletDropIn();
    expect(path).toBe("/etc/systemd/system/kubelet.service.d/10-kubeadm.conf");
    expect(content.trimEnd().split("\n").slice(-2)).toEqual([
      "ExecStart=",
      "ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS",
    ]);
  });

  it("finds the embedded kubelet behind /usr/bin/kubelet", () => {
    const { path, mode, content } = kubeletLauncher("0.1.0");
    expect([path, mode]).toEqual(["/usr/bin/kubelet", 0o755]);
    expect(content).toContain('exec /opt/slipway/0.1.0/node --optimize-for-size /opt/slipway/0.1.0/kubelet.mjs "$@"');
  });
});
