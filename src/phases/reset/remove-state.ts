import { kubeletDir, kubernetesDir, manifestsDir } from "../../config/kubeadm/constants.ts";
import { kubeconfigProfiles } from "../../kubeconfig/profiles.ts";
import type { Phase } from "../engine/phase.ts";
import type { Resource } from "../engine/resource.ts";
import { absent } from "../engine/resources/absent.ts";
import { action } from "../engine/resources/action.ts";

/** Folders that belong to the cluster alone; emptied rather than removed, since they may be mount points. */
const emptied = [
  manifestsDir,
  `${kubernetesDir}/pki`,
  kubeletDir,
  "/var/lib/etcd",
  "/var/lib/cni",
  "/var/log/pods",
  "/var/log/containers",
];

/** What the cluster left on the host: mounts, credentials, volumes, etcd's data (kubeadm's cleanup-node). */
export const removeState: Phase<unknown> = {
  id: "cleanup-node",
  title: "Remove the cluster's state",
  dependsOn: ["remove-pods"],
  appliesTo: () => true,
  resources: () => [
    unmounted(kubeletDir),
    ...emptied.map(empty),
    ...kubeconfigProfiles.map(({ file }) => absent(`${kubernetesDir}/${file}`)),
    absent(`${kubernetesDir}/bootstrap-kubelet.conf`),
  ],
};

/** No mount below a folder, the deepest first. */
function unmounted(folder: string): Resource {
  const below = `awk -v top='${folder}/' 'index($2, top) == 1 { print $2 }' /proc/mounts`;
  return action(`unmount:${folder}`, {
    makes: `nothing mounted below ${folder}`,
    check: ["sh", "-c", `[ -z "$(${below})" ]`],
    run: [["sh", "-c", `${below} | sort -r | while read -r path; do umount "$(printf %b "$path")" || exit 1; done`]],
  });
}

function empty(folder: string): Resource {
  return action(`empty:${folder}`, {
    makes: `${folder} empty`,
    check: ["sh", "-c", '[ ! -d "$1" ] || [ -z "$(ls -A "$1")" ]', "sh", folder],
    run: [["find", folder, "-xdev", "-mindepth", "1", "-delete"]],
  });
}
