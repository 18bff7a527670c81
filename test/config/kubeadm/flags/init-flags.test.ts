import { describe, expect, it } from "vitest";
import { requireValid } from "../../../../src/config/issue.ts";
import { initDocuments, withNodeName } from "../../../../src/config/kubeadm/flags/init-flags.ts";
import { flagsExcludedByConfig } from "../../../../src/config/kubeadm/flags/mixed-flags.ts";
import { initOf } from "../../../../src/config/kubeadm/load/load-init.ts";
import { documentsWith, sampleHost } from "../../../kubeadm-sample.ts";

describe("flags of init", () => {
  it("stand for fields of a file", () => {
    const { init, cluster } = requireValid(
      initOf(
        initDocuments({
          apiserverAdvertiseAddress: "10.0.0.5",
          apiserverBindPort: 7443,
          apiserverCertExtraSans: ["api.example.org"],
          certDir: "/etc/pki-k8s",
          controlPlaneEndpoint: "lb.example.org",
          criSocket: "unix:///run/crio/crio.sock",
          featureGates: "NodeLocalCRISocket=false",
          imageRepository: "registry.k8s.io",
          kubernetesVersion: "1.35.1",
          nodeName: "cp1",
          patches: "/patches",
          podNetworkCidr: "10.1.0.0/16",
          serviceCidr: "10.2.0.0/16",
          serviceDnsDomain: "k8s.example",
          token: "aaaaaa.bbbbbbbbbbbbbbbb",
          tokenTtl: "0",
        }),
        sampleHost,
      ),
      "flags",
    );
    expect(init).toMatchObject({
      localAPIEndpoint: { advertiseAddress: "10.0.0.5", bindPort: 7443 },
      nodeRegistration: { name: "cp1", criSocket: "unix:///run/crio/crio.sock" },
      bootstrapTokens: [{ token: "aaaaaa.bbbbbbbbbbbbbbbb", ttl: "0s" }],
      patches: { directory: "/patches" },
    });
    expect(cluster).toMatchObject({
      kubernetesVersion: "v1.35.1",
      controlPlaneEndpoint: "lb.example.org:7443",
      certificatesDir: "/etc/pki-k8s",
      imageRepository: "registry.k8s.io",
      featureGates: { NodeLocalCRISocket: false },
      networking: { podSubnet: "10.1.0.0/16", serviceSubnet: "10.2.0.0/16", dnsDomain: "k8s.example" },
      apiServer: { certSANs: ["api.example.org"] },
    });
  });

  it("leave the defaults where they are not given", () => {
    const { init } = requireValid(initOf(initDocuments({}), sampleHost), "flags");
    expect(init.bootstrapTokens[0]?.ttl).toBe("24h0m0s");
  });

  it("name a feature gate that is neither true nor false", () => {
    const parsed = initOf(initDocuments({ featureGates: "NodeLocalCRISocket=maybe" }), sampleHost);
    expect(parsed.kind === "invalid" && parsed.issues[0]).toMatchObject({ path: "featureGates.NodeLocalCRISocket" });
  });

  it("exclude a file, but for those that kubeadm allows beside it", () => {
    expect(flagsExcludedByConfig(["config", "token", "pod-network-cidr", "node-name", "skip-phases", "v"])).toEqual([
      "pod-network-cidr",
      "token",
    ]);
    const ofSlipway = ["host", "identity", "known-hosts", "host-keys", "phase", "parallel", "break-lock", "verbose"];
    expect(flagsExcludedByConfig(["config", ...ofSlipway])).toEqual([]);
    expect(flagsExcludedByConfig(["token", "pod-network-cidr"])).toEqual([]);
  });

  it("put --node-name over a file's, and keep the rest of the registration", () => {
    const documents = documentsWith({}, { nodeRegistration: { name: "old", imagePullSerial: false } });
    const { nodeRegistration } = requireValid(
      initOf(withNodeName(documents, "InitConfiguration", "new"), sampleHost),
      "file",
    ).init;
    expect(nodeRegistration).toMatchObject({ name: "new", imagePullSerial: false });
    expect(withNodeName(documents, "InitConfiguration", undefined)).toBe(documents);
  });
});
