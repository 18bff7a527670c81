import { host } from "./host-kind.ts";
import { runtime } from "./runtime-kind.ts";
import { list, object, optional, required, shown, withDefault } from "./schema/compound.ts";
import type { Read } from "./schema/node.ts";
import { nodeName, subnets, version } from "./schema/rules.ts";
import { text, word } from "./schema/scalar.ts";

export const clusterApiVersion = "slipway.dev/v1";
export const clusterKindName = "Cluster";

const network = object({
  provider: withDefault(word("slipway", "none"), "slipway", "The pod network; none leaves it to you."),
  backend: withDefault(word("vxlan", "host-gw"), "vxlan", "How slipway's network carries packets between hosts."),
  podSubnet: optional(
    text({ rule: subnets, example: "10.244.0.0/16" }),
    "Addresses of pods; 10.244.0.0/16 unless given.",
  ),
  serviceSubnet: optional(
    text({ rule: subnets, example: "10.96.0.0/12" }),
    "Addresses of services; 10.96.0.0/12 unless given.",
  ),
  dnsDomain: optional(
    text({ rule: nodeName, example: "cluster.local" }),
    "The cluster's DNS domain; cluster.local unless given.",
  ),
});

const spec = object({
  kubernetesVersion: optional(
    text({ rule: version, example: "v1.36.2" }),
    "The Kubernetes version; v1.36.2 unless given.",
  ),
  imageRepository: optional(
    text({ example: "slipway.local" }),
    "Where images come from: slipway.local is the embedded distribution, registry.k8s.io is upstream Kubernetes.",
  ),
  controlPlaneEndpoint: optional(
    text({ example: "k8s.example.com:6443", expandsEnv: true }),
    "The address that all control planes share; needed for more than one.",
  ),
  hosts: shown(required(list(host, { least: 1 }), "The hosts of the cluster.")),
  network: withDefault(network, {}, "The networks of pods and services."),
  runtime: withDefault(runtime, {}, "The container runtime."),
});

const metadata = object({
  name: shown(withDefault(text({ rule: nodeName }), "kubernetes", "The cluster's name, in kubeconfigs and reports.")),
});

/** The whole format, as one table: reading, JSON Schema and skeleton come from it. */
export const clusterKind = object({
  apiVersion: shown(withDefault(word(clusterApiVersion), clusterApiVersion, "The version of this format.")),
  kind: shown(withDefault(word(clusterKindName), clusterKindName, "The kind of this document.")),
  metadata: shown(withDefault(metadata, {}, "The cluster's name.")),
  spec: shown(required(spec, "What should be.")),
});

export type ClusterDocument = Read<typeof clusterKind>;
