import { expect, test } from "vitest";
import { parseFlags, parseTaint } from "../../src/kubelet/flags.ts";

test("kubeadm's drop-in flags are understood, in both spellings", () => {
  const { own, settings } = parseFlags([
    "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf",
    "--kubeconfig",
    "/etc/kubernetes/kubelet.conf",
    "--config=/var/lib/kubelet/config.yaml",
    "--hostname-override=Node1",
    "--node-labels=a=b,c=d",
    "--container-runtime-endpoint=unix:///run/x.sock",
    "--fail-swap-on=false",
    "--v=4",
  ]);
  expect(own).toMatchObject({
    bootstrapKubeconfig: "/etc/kubernetes/bootstrap-kubelet.conf",
    kubeconfig: "/etc/kubernetes/kubelet.conf",
    config: "/var/lib/kubelet/config.yaml",
    hostnameOverride: "Node1",
    nodeLabels: { a: "b", c: "d" },
  });
  expect(Object.fromEntries(settings)).toEqual({
    containerRuntimeEndpoint: "unix:///run/x.sock",
    failSwapOn: false,
    "logging.verbosity": 4,
  });
});

test.each([
  [["--no-such-flag=1"], "unknown flag: --no-such-flag"],
  [["stray"], "unknown command stray"],
  [["--max-pods=many"], 'invalid value "many" for --max-pods'],
  [["--config"], "flag needs an argument: --config"],
])("%o is refused", (argv, message) => {
  expect(() => parseFlags(argv)).toThrow(message);
});

test("flags without effect here are accepted", () => {
  expect([...parseFlags(["--pod-infra-container-image=x", "--feature-gates=A=true"]).settings]).toEqual([]);
});

test("taints", () => {
  expect(parseTaint("node-role.kubernetes.io/control-plane:NoSchedule")).toEqual({
    key: "node-role.kubernetes.io/control-plane",
    effect: "NoSchedule",
  });
  expect(parseTaint("gpu=yes:NoExecute")).toEqual({ key: "gpu", value: "yes", effect: "NoExecute" });
  expect(() => parseTaint("gpu")).toThrow("invalid taint spec: gpu");
});
