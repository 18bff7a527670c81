import { coreDnsTag, embeddedRepository, pauseTag } from "../../config/kubeadm/distribution.ts";
import { networkAgentImage } from "../../config/kubeadm/values/images.ts";
import { type DebianPackage, upstreamVersion } from "../debian/package-cache.ts";
import type { ImageRun } from "../oci/image.ts";
import { busyboxLayer } from "./busybox-layer.ts";
import { baseLayer, basePackages, etcdLayer, networkPackages, networkToolsLayer } from "./debian-layers.ts";
import type { LayerSource } from "./layer-source.ts";
import { pauseProgram } from "./pause.ts";
import type { Program } from "./programs.ts";

/** An image to build. */
export type ImageSource = {
  readonly reference: string;
  readonly layers: readonly LayerSource[];
  readonly run: ImageRun;
};

/** Every Debian package that images take files from. */
export const distributionPackages: readonly string[] = [...basePackages, ...networkPackages, "etcd-server", "busybox"];

export type DistributionInput = {
  readonly kubernetesVersion: string;
  readonly programs: readonly Program[];
  readonly programsLayer: LayerSource;
  readonly nodeLayer: LayerSource;
  /** Gives one of `distributionPackages`. */
  readonly packageNamed: (name: string) => DebianPackage;
};

/** The images of the embedded distribution; those with Node share its layer, and one holds all programs. */
export function distributionImages(input: DistributionInput): readonly ImageSource[] {
  const { packageNamed } = input;
  const base = baseLayer(basePackages.map(packageNamed));
  const tools = networkToolsLayer(networkPackages.map(packageNamed));
  const [etcd, busybox] = [packageNamed("etcd-server"), packageNamed("busybox")];
  const ofPrograms = input.programs.map(({ component, command }) => ({
    reference: programImage(component, input),
    layers: [base, input.nodeLayer, ...(needsTools(component) ? [tools] : []), input.programsLayer],
    run: { entrypoint: [`/${command}`] },
  }));
  return [
    ...ofPrograms,
    {
      reference: `${embeddedRepository}/etcd:${upstreamVersion(etcd.version)}-0`,
      layers: [base, etcdLayer(etcd)],
      run: { entrypoint: ["/usr/local/bin/etcd"] },
    },
    { reference: pauseReference, layers: [pauseLayer], run: { entrypoint: ["/pause"], user: "65535:65535" } },
    {
      reference: `${embeddedRepository}/busybox:${upstreamVersion(busybox.version)}`,
      layers: [base, busyboxLayer(busybox)],
      run: { cmd: ["httpd", "-f", "-p", "8080", "-h", "/www"] },
    },
  ];
}

/** The sandbox image that the runtime is configured with. */
export const pauseReference = `${embeddedRepository}/pause:${pauseTag}`;

const pauseLayer: LayerSource = {
  name: "pause",
  key: pauseProgram().toString("hex"),
  entries: async () => [{ kind: "file", path: "pause", mode: 0o755, content: pauseProgram() }],
};

/** Name and tag as kubeadm derives them. */
function programImage(component: string, input: Pick<DistributionInput, "kubernetesVersion">): string {
  switch (component) {
    case "dns":
      return `${embeddedRepository}/coredns:${coreDnsTag}`;
    case "cni":
      return networkAgentImage(input);
    default:
      return `${embeddedRepository}/kube-${component}:${input.kubernetesVersion}`;
  }
}

function needsTools(component: string): boolean {
  return component === "proxy" || component === "cni";
}
