import { list, map, struct } from "../shape/compound.ts";
import { bool, duration, explicitBool, oneOf, string } from "../shape/scalar.ts";
import { always, optional, type Typed } from "../shape/shape.ts";
import { defaultCertificatesDir, defaultEtcdDataDir } from "./constants.ts";
import { embeddedRepository } from "./distribution.ts";
import { arg, envVar } from "./node-registration.ts";

export const encryptionAlgorithms = ["RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384"] as const;
export type EncryptionAlgorithm = (typeof encryptionAlgorithms)[number];

export const hostPathMount = struct({
  name: always(string()),
  hostPath: always(string()),
  mountPath: always(string()),
  readOnly: bool(),
  pathType: string(),
});
export type HostPathMount = Typed<typeof hostPathMount>;

const componentFields = { extraArgs: list(arg), extraVolumes: list(hostPathMount), extraEnvs: list(envVar) };
const imageFields = { imageRepository: string(), imageTag: string() };

export const controlPlaneComponent = struct(componentFields);
export type ControlPlaneComponent = Typed<typeof controlPlaneComponent>;

export const localEtcd = struct({
  ...imageFields,
  dataDir: always(string(defaultEtcdDataDir)),
  extraArgs: list(arg),
  extraEnvs: list(envVar),
  serverCertSANs: list(string()),
  peerCertSANs: list(string()),
});
export type LocalEtcd = Typed<typeof localEtcd>;

export const externalEtcd = struct({
  endpoints: always(list(string())),
  httpEndpoints: list(string()),
  caFile: always(string()),
  certFile: always(string()),
  keyFile: always(string()),
});
export type ExternalEtcd = Typed<typeof externalEtcd>;

export const networking = struct({
  serviceSubnet: string("10.96.0.0/12"),
  podSubnet: string(),
  dnsDomain: string("cluster.local"),
});

/** kubeadm.k8s.io/v1beta4 ClusterConfiguration: what all hosts share, stored in the cluster as `kubeadm-config`. */
export const clusterConfiguration = struct({
  etcd: struct({ local: optional(localEtcd), external: optional(externalEtcd) }),
  networking,
  /** A version, or a label (`stable-1`) until it is resolved. */
  kubernetesVersion: string("stable-1"),
  controlPlaneEndpoint: string(),
  apiServer: struct({ ...componentFields, certSANs: list(string()) }),
  controllerManager: controlPlaneComponent,
  scheduler: controlPlaneComponent,
  dns: struct({ ...imageFields, disabled: bool() }),
  proxy: struct({ disabled: bool() }),
  certificatesDir: string(defaultCertificatesDir),
  imageRepository: string(embeddedRepository),
  featureGates: map(explicitBool(false)),
  clusterName: string("kubernetes"),
  encryptionAlgorithm: oneOf(encryptionAlgorithms, "RSA-2048"),
  certificateValidityPeriod: duration("8760h0m0s"),
  caCertificateValidityPeriod: duration("87600h0m0s"),
});
export type ClusterConfiguration = Typed<typeof clusterConfiguration>;
