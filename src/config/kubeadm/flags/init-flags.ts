import type { Document } from "../../document.ts";
import { kubeadmApiGroup, kubeadmApiVersion } from "../constants.ts";

/** The flags of `init` that stand for fields of a file, as given on the command line. */
export type InitFlags = {
  readonly apiserverAdvertiseAddress?: string | undefined;
  readonly apiserverBindPort?: number | undefined;
  readonly apiserverCertExtraSans?: readonly string[] | undefined;
  readonly certDir?: string | undefined;
  readonly certificateKey?: string | undefined;
  readonly controlPlaneEndpoint?: string | undefined;
  readonly criSocket?: string | undefined;
  /** `Gate=true,Other=false` */
  readonly featureGates?: string | undefined;
  readonly imageRepository?: string | undefined;
  readonly kubernetesVersion?: string | undefined;
  readonly nodeName?: string | undefined;
  readonly patches?: string | undefined;
  readonly podNetworkCidr?: string | undefined;
  readonly serviceCidr?: string | undefined;
  readonly serviceDnsDomain?: string | undefined;
  readonly token?: string | undefined;
  readonly tokenTtl?: string | undefined;
};

/** The documents that the flags stand for: as if they had been written into a file. */
export function initDocuments(flags: InitFlags): readonly Document[] {
  const { apiserverAdvertiseAddress, apiserverBindPort, nodeName, criSocket, certificateKey, patches } = flags;
  const init = {
    ...(flags.token || flags.tokenTtl ? { bootstrapTokens: [{ token: flags.token, ttl: flags.tokenTtl }] } : {}),
    localAPIEndpoint: { advertiseAddress: apiserverAdvertiseAddress, bindPort: apiserverBindPort },
    nodeRegistration: { name: nodeName, criSocket },
    certificateKey,
    ...(patches ? { patches: { directory: patches } } : {}),
  };
  const cluster = {
    kubernetesVersion: flags.kubernetesVersion,
    controlPlaneEndpoint: flags.controlPlaneEndpoint,
    certificatesDir: flags.certDir,
    imageRepository: flags.imageRepository,
    featureGates: flags.featureGates === undefined ? undefined : parseFeatureGates(flags.featureGates),
    networking: {
      podSubnet: flags.podNetworkCidr,
      serviceSubnet: flags.serviceCidr,
      dnsDomain: flags.serviceDnsDomain,
    },
    apiServer: { certSANs: flags.apiserverCertExtraSans },
  };
  return [kubeadmDocument("InitConfiguration", init), kubeadmDocument("ClusterConfiguration", cluster)];
}

/** The documents of a file with --node-name put over them, the one field that a flag overrides there. */
export function withNodeName(
  documents: readonly Document[],
  kind: string,
  name: string | undefined,
): readonly Document[] {
  if (!name) return documents;
  const found = documents.find((document) => document.kind === kind);
  const { body } = found ?? kubeadmDocument(kind, {});
  const registration = { ...(body.nodeRegistration as object | undefined), name };
  const changed = { ...(found ?? kubeadmDocument(kind, {})), body: { ...body, nodeRegistration: registration } };
  return [...documents.filter((document) => document !== found), changed];
}

export function kubeadmDocument(kind: string, body: Readonly<Record<string, unknown>>): Document {
  return { apiVersion: kubeadmApiVersion, group: kubeadmApiGroup, kind, body };
}

/** What isn't `name=true` or `name=false` stays as text, for validation to name. */
function parseFeatureGates(text: string): Record<string, unknown> {
  const pairs = text.split(",").filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", value = ""] = pair.split("=").map((part) => part.trim());
      return [name, value === "true" || value === "false" ? value === "true" : value];
    }),
  );
}
