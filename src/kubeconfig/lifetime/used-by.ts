/** Which of the control plane's static pods reads a certificate or kubeconfig, by kubeadm's names of both. */
const users: Readonly<Record<string, string>> = {
  apiserver: "kube-apiserver",
  "apiserver-etcd-client": "kube-apiserver",
  "apiserver-kubelet-client": "kube-apiserver",
  "front-proxy-client": "kube-apiserver",
  "etcd-server": "etcd",
  "etcd-peer": "etcd",
  "controller-manager.conf": "kube-controller-manager",
  "scheduler.conf": "kube-scheduler",
};

/** Those that go on with what they read at their start, until they are started again; etcd first, as the API server needs it. */
export function componentsUsing(names: readonly string[]): readonly string[] {
  const used = new Set(names.flatMap((name) => users[name] ?? []));
  return ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].filter((name) => used.has(name));
}
