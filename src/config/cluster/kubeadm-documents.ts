import type { Document } from "../document.ts";
import { isRecord } from "../shape/shape.ts";
import { sharedSettings } from "./cluster-rules.ts";
import type { ClusterFile } from "./parse-cluster.ts";

const kubeadmApiVersion = "kubeadm.k8s.io/v1beta4";

/** Addresses of pods when neither document gives them: the pod network needs some. */
const defaultPodSubnet = "10.244.0.0/16";

/**
 * The kubeadm documents of a cluster file, with a ClusterConfiguration that carries what the Cluster says: its name and
 * the settings that both kinds know. kubeadm's loader then sees all of it.
 */
export function kubeadmDocuments({ cluster, documents }: ClusterFile): Document[] {
  const given = documents.find(({ kind }) => kind === "ClusterConfiguration");
  const { settings } = cluster;
  const network = { ...settings.network, podSubnet: settings.network.podSubnet ?? podSubnetOf(given) };
  const body = sharedSettings({ ...settings, network }).reduce(
    (merged, { value, kubeadmPath }) => (value === undefined ? merged : withValue(merged, kubeadmPath, value)),
    { clusterName: cluster.name, ...given?.body } as Record<string, unknown>,
  );
  const apiVersion = given?.apiVersion ?? kubeadmApiVersion;
  const group = apiVersion.split("/")[0] ?? "";
  return [{ apiVersion, group, kind: "ClusterConfiguration", body }, ...documents.filter((one) => one !== given)];
}

function podSubnetOf(given: Document | undefined): string {
  const networking = given?.body.networking;
  const subnet = isRecord(networking) ? networking.podSubnet : undefined;
  return typeof subnet === "string" && subnet !== "" ? subnet : defaultPodSubnet;
}

function withValue(
  body: Record<string, unknown>,
  [key = "", ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  if (rest.length === 0) return { ...body, [key]: value };
  const inner = body[key];
  return { ...body, [key]: withValue(isRecord(inner) ? inner : {}, rest, value) };
}
