import { expect, test } from "vitest";
import { parseYaml } from "../../../src/base/yaml.ts";
import { configurationDocument } from "../../../src/kubelet/config/configuration-document.ts";
import { configurationFrom, settingsOf } from "../../../src/kubelet/config/load-configuration.ts";

const head = { apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration" };
const load = (more: Record<string, unknown>) => configurationFrom(settingsOf({ ...head, ...more }, "test"), "test");

/** What kubeadm v1.36 writes: every field, zeros included. */
const ofKubeadm = `
apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous: {enabled: false}
  webhook: {cacheTTL: 0s, enabled: true}
  x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}
authorization:
  mode: Webhook
  webhook: {cacheAuthorizedTTL: 0s, cacheUnauthorizedTTL: 0s}
cgroupDriver: systemd
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cpuManagerReconcilePeriod: 0s
crashLoopBackOff: {}
evictionPressureTransitionPeriod: 0s
fileCheckFrequency: 0s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
httpCheckFrequency: 0s
imageMaximumGCAge: 0s
imageMinimumGCAge: 0s
kind: KubeletConfiguration
logging: {flushFrequency: 0, options: {json: {infoBufferSize: "0"}, text: {infoBufferSize: "0"}}, verbosity: 0}
memorySwap: {}
nodeStatusReportFrequency: 0s
nodeStatusUpdateFrequency: 0s
rotateCertificates: true
runtimeRequestTimeout: 0s
shutdownGracePeriod: 0s
shutdownGracePeriodCriticalPods: 0s
staticPodPath: /etc/kubernetes/manifests
streamingConnectionIdleTimeout: 0s
syncFrequency: 0s
volumeStatsAggPeriod: 0s
`;

test("kubeadm's file is read, and zero durations mean the default", () => {
  const config = configurationFrom(settingsOf(parseYaml(ofKubeadm), "test"), "test");
  expect(config).toMatchObject({
    cgroupDriver: "systemd",
    clusterDNS: ["10.96.0.10"],
    syncFrequencyMs: 60_000,
    fileCheckFrequencyMs: 20_000,
    nodeStatusReportFrequencyMs: 300_000,
    rotateCertificates: true,
    authentication: { clientCAFile: "/etc/kubernetes/pki/ca.crt", anonymous: false, webhook: true },
    authorization: { mode: "Webhook", authorizedTTLMs: 300_000 },
    maxPods: 110,
    crashLoopBackOffMaxMs: 300_000,
  });
});

test.each([
  [{ noSuchField: 1 }, 'unknown field "noSuchField"'],
  [{ authentication: { x509: { nope: "" } } }, 'unknown field "authentication.x509.nope"'],
  [{ cpuManagerPolicy: "static" }, 'cpuManagerPolicy: "static" is not supported'],
  [{ maxPods: "ten" }, "maxPods: not a number"],
  [{ syncFrequency: "soon" }, 'syncFrequency: "soon" is not a duration'],
  [{ cgroupDriver: "other" }, 'cgroupDriver: "other" is none of cgroupfs, systemd'],
])("%o is refused by name", (settings, message) => {
  expect(() => load(settings)).toThrow(message);
});

test("all problems come at once", () => {
  expect(() => load({ a: 1, b: 2 })).toThrow(/unknown field "a"; unknown field "b"/);
});

test("another kind or version is refused", () => {
  expect(() => settingsOf({ ...head, apiVersion: "kubelet.config.k8s.io/v1" }, "test")).toThrow(
    'no kind "KubeletConfiguration" is registered for version "kubelet.config.k8s.io/v1"',
  );
});

test("what is in force can be shown as a file, and that file means the same", () => {
  const config = load({ syncFrequency: "90s", authentication: { x509: { clientCAFile: "/ca.crt" } } });
  const document = configurationDocument(config);
  expect(document).toMatchObject({
    syncFrequency: "1m30s",
    authentication: { x509: { clientCAFile: "/ca.crt" }, webhook: { enabled: true, cacheTTL: "2m0s" } },
    logging: { verbosity: 0 },
  });
  expect(load(document)).toEqual(config);
});
