/** kubeadm's flags of init that stand for fields of a file, by kubeadm's names. */
export const initOptions = {
  config: {
    type: "string",
    describe: "a file with InitConfiguration and/or ClusterConfiguration; - reads standard input",
  },
  "apiserver-advertise-address": { type: "string", describe: "the address on which the API server is told to be" },
  "apiserver-bind-port": { type: "number", describe: "the API server's port (6443)" },
  "apiserver-cert-extra-sans": { type: "string", array: true, describe: "more names of the API server's certificate" },
  "cert-dir": { type: "string", describe: "where certificates are kept (/etc/kubernetes/pki)" },
  "control-plane-endpoint": { type: "string", describe: "a stable name or address for all control planes" },
  "cri-socket": { type: "string", describe: "the container runtime's socket" },
  "feature-gates": { type: "string", describe: "Gate=true,…" },
  "image-repository": { type: "string", describe: "where images come from (slipway.local, the embedded distribution)" },
  "kubernetes-version": { type: "string", describe: "the version of Kubernetes" },
  "node-name": { type: "string", describe: "the Node's name; the host's own unless given" },
  patches: { type: "string", describe: "a folder of patches to the manifests, as kubeadm's" },
  "pod-network-cidr": { type: "string", describe: "addresses of pods" },
  "service-cidr": { type: "string", describe: "addresses of services (10.96.0.0/12)" },
  "service-dns-domain": { type: "string", describe: "the cluster's DNS domain (cluster.local)" },
  token: { type: "string", describe: "the bootstrap token; a random one unless given" },
  "token-ttl": { type: "string", describe: "how long the token lives (24h0m0s); 0 for ever" },
} as const;

/** Those that say how `init` runs, and what it tells. */
export const initRunOptions = {
  "upload-certs": {
    type: "boolean",
    default: false,
    describe: "share the certificates with further control planes, sealed, for two hours",
  },
  "certificate-key": { type: "string", describe: "what to seal them with; a random key unless given" },
  "skip-certificate-key-print": { type: "boolean", default: false, describe: "do not print that key" },
  "skip-token-print": { type: "boolean", default: false, describe: "do not print the join command with its token" },
  "dry-run": { type: "boolean", default: false, describe: "print what would change, and change nothing" },
} as const;
