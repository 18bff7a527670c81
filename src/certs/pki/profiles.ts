import type { ControlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import { splitEndpoint } from "../../config/kubeadm/values/endpoint.ts";
import { apiServerServiceIp } from "../../config/kubeadm/values/service-address.ts";
import { type AlternativeNames, alternativeNames, noAlternativeNames } from "../../x509/alternative-names.ts";
import type { Usage } from "../../x509/extensions.ts";

/** A certificate authority of kubeadm (app/phases/certs/certlist.go). */
export type AuthorityProfile = {
  /** The phase's and the renewal's name. */
  readonly name: string;
  /** Under certificatesDir, without .crt and .key. */
  readonly file: string;
  readonly commonName: string;
  /** Not made when etcd is external. */
  readonly isForLocalEtcd: boolean;
};

export const authorities = [
  { name: "ca", file: "ca", commonName: "kubernetes", isForLocalEtcd: false },
  { name: "front-proxy-ca", file: "front-proxy-ca", commonName: "front-proxy-ca", isForLocalEtcd: false },
  { name: "etcd-ca", file: "etcd/ca", commonName: "etcd-ca", isForLocalEtcd: true },
] as const satisfies readonly AuthorityProfile[];
export type AuthorityName = (typeof authorities)[number]["name"];

/** A certificate that an authority signs. None of kubeadm's has an organization. */
export type LeafProfile = Omit<AuthorityProfile, "commonName"> & {
  readonly authority: AuthorityName;
  readonly commonName: string | ((input: ControlPlaneInput) => string);
  readonly usages: readonly Usage[];
  readonly names: (input: ControlPlaneInput) => AlternativeNames;
};

const nodeName = ({ node }: ControlPlaneInput) => node.name;
const none = () => noAlternativeNames;

/** In kubeadm's order. */
export const leaves = [
  {
    name: "apiserver",
    file: "apiserver",
    authority: "ca",
    commonName: "kube-apiserver",
    usages: ["serverAuth"],
    names: apiServerNames,
    isForLocalEtcd: false,
  },
  {
    name: "apiserver-kubelet-client",
    file: "apiserver-kubelet-client",
    authority: "ca",
    commonName: "kube-apiserver-kubelet-client",
    usages: ["clientAuth"],
    names: none,
    isForLocalEtcd: false,
  },
  {
    name: "front-proxy-client",
    file: "front-proxy-client",
    authority: "front-proxy-ca",
    commonName: "front-proxy-client",
    usages: ["clientAuth"],
    names: none,
    isForLocalEtcd: false,
  },
  {
    name: "etcd-server",
    file: "etcd/server",
    authority: "etcd-ca",
    commonName: nodeName,
    usages: ["serverAuth", "clientAuth"],
    names: (input) => etcdNames(input, input.cluster.etcd.local?.serverCertSANs),
    isForLocalEtcd: true,
  },
  {
    name: "etcd-peer",
    file: "etcd/peer",
    authority: "etcd-ca",
    commonName: nodeName,
    usages: ["serverAuth", "clientAuth"],
    names: (input) => etcdNames(input, input.cluster.etcd.local?.peerCertSANs),
    isForLocalEtcd: true,
  },
  {
    name: "etcd-healthcheck-client",
    file: "etcd/healthcheck-client",
    authority: "etcd-ca",
    commonName: "kube-etcd-healthcheck-client",
    usages: ["clientAuth"],
    names: none,
    isForLocalEtcd: true,
  },
  {
    name: "apiserver-etcd-client",
    file: "apiserver-etcd-client",
    authority: "etcd-ca",
    commonName: "kube-apiserver-etcd-client",
    usages: ["clientAuth"],
    names: none,
    isForLocalEtcd: true,
  },
] as const satisfies readonly LeafProfile[];
export type LeafName = (typeof leaves)[number]["name"];

/** Names of the API server: node, Service names, the Service's address, this host's and the shared endpoint, certSANs. */
export function apiServerNames({ cluster, node }: ControlPlaneInput): AlternativeNames {
  const { networking, controlPlaneEndpoint, apiServer } = cluster;
  return alternativeNames(
    node.name,
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    `kubernetes.default.svc.${networking.dnsDomain}`,
    apiServerServiceIp(networking.serviceSubnet),
    node.localAPIEndpoint.advertiseAddress,
    splitEndpoint(controlPlaneEndpoint)?.host ?? "",
    ...apiServer.certSANs,
  );
}

function etcdNames({ node }: ControlPlaneInput, extra: readonly string[] = []): AlternativeNames {
  return alternativeNames(node.name, "localhost", node.localAPIEndpoint.advertiseAddress, "127.0.0.1", "::1", ...extra);
}
