/** What kubeadm fixes in app/constants/constants.go. */
export const kubeadmApiGroup = "kubeadm.k8s.io";
export const kubeadmApiVersion = "kubeadm.k8s.io/v1beta4";
export const oldKubeadmApiVersion = "kubeadm.k8s.io/v1beta3";

export const kubernetesDir = "/etc/kubernetes";
export const adminKubeconfig = `${kubernetesDir}/admin.conf`;
export const manifestsDir = `${kubernetesDir}/manifests`;
export const defaultCertificatesDir = `${kubernetesDir}/pki`;
export const defaultEtcdDataDir = "/var/lib/etcd";
export const kubeletDir = "/var/lib/kubelet";
export const defaultCriSocket = "unix:///var/run/containerd/containerd.sock";
export const controlPlaneTaint = { effect: "NoSchedule", key: "node-role.kubernetes.io/control-plane" } as const;
export const nodeBootstrapTokenGroup = "system:bootstrappers:kubeadm:default-node-token";
export const nodesGroup = "system:nodes";
export const clusterAdminsGroup = "kubeadm:cluster-admins";

export const ports = {
  apiServer: 6443,
  kubelet: 10250,
  kubeletHealthz: 10248,
  controllerManager: 10257,
  scheduler: 10259,
  etcdClient: 2379,
  etcdPeer: 2380,
  etcdMetrics: 2381,
} as const;
