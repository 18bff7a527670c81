import { authorities, leaves } from "../../certs/pki/profiles.ts";
import {
  defaultCertificatesDir,
  defaultEtcdDataDir,
  kubeletDir,
  kubernetesDir,
  manifestsDir,
} from "../../config/kubeadm/constants.ts";
import type { Host } from "../../hosts/host.ts";
import { kubeconfigProfiles } from "../../kubeconfig/profiles.ts";
import type { Phase } from "../engine/phase.ts";
import type { Resource } from "../engine/resource.ts";
import { absent } from "../engine/resources/absent.ts";
import { action } from "../engine/resources/action.ts";
import { localControlPlane } from "./local-control-plane.ts";

/** Folders that belong to the cluster alone; emptied rather than removed, since they may be mount points. */
const emptied = [
  defaultCertificatesDir,
  kubeletDir,
  defaultEtcdDataDir,
  "/var/lib/cni",
  "/var/log/pods",
  "/var/log/containers",
];

/** What the cluster left on the host: mounts, credentials, volumes, etcd's data (kubeadm's cleanup-node). */
export const removeState: Phase<unknown> = {
  id: "cleanup-node",
  title: "Remove the cluster's state",
  dependsOn: ["remove-pods"],
  goesOn: true,
  readsHost: true,
  appliesTo: () => true,
  resources: async (_, { host }) => [
    unmounted(kubeletDir),
    noCgroups,
    ...emptied.map(empty),
    ...(await elsewhere(host)),
    // the last to go: they tell where the rest is
    empty(manifestsDir),
    ...kubeconfigProfiles.map(({ file }) => absent(`${kubernetesDir}/${file}`)),
    absent(`${kubernetesDir}/bootstrap-kubelet.conf`),
  ],
};

/**
 * The credentials and etcd's data where a configuration put them elsewhere than kubeadm's defaults, by the names that are ours:
 * others may keep things beside them.
 */
async function elsewhere(host: Host): Promise<readonly Resource[]> {
  const { certificatesDir = defaultCertificatesDir, etcd } = await localControlPlane(host);
  const files = certificatesDir === defaultCertificatesDir ? [] : pkiFiles.map((file) => `${certificatesDir}/${file}`);
  const data = etcd && etcd.dataDir !== defaultEtcdDataDir ? [empty(`${etcd.dataDir}/member`)] : [];
  return [...files.map((path) => absent(path)), ...data];
}

const pkiFiles = [
  ...[...authorities, ...leaves].flatMap(({ file }) => [`${file}.crt`, `${file}.key`]),
  ...["sa.key", "sa.pub"],
];

/** No mount below a folder, the deepest first. */
function unmounted(folder: string): Resource {
  const below = `awk -v top='${folder}/' 'index($2, top) == 1 { print $2 }' /proc/mounts`;
  return action(`unmount:${folder}`, {
    makes: `nothing mounted below ${folder}`,
    check: ["sh", "-c", `[ -z "$(${below})" ]`],
    run: [["sh", "-c", `${below} | sort -r | while read -r path; do umount "$(printf %b "$path")" || exit 1; done`]],
  });
}

/** The kubelet's trees in every hierarchy, by either driver's name; they are empty once the pods are gone. */
const findTrees = "find /sys/fs/cgroup -maxdepth 3 -type d \\( -name kubepods -o -name kubepods.slice \\)";
const removeTrees = `systemctl stop kubepods.slice 2>/dev/null
code=0
for top in $(${findTrees}); do find "$top" -depth -type d -exec rmdir {} + || code=1; done
exit $code`;
const noCgroups = action("cgroups:kubepods", {
  makes: "no cgroups of pods",
  check: ["sh", "-c", `[ -z "$(${findTrees})" ]`],
  run: [["sh", "-c", removeTrees]],
});

function empty(folder: string): Resource {
  return action(`empty:${folder}`, {
    makes: `${folder} empty`,
    check: ["sh", "-c", '[ ! -d "$1" ] || [ -z "$(ls -A "$1")" ]', "sh", folder],
    run: [["find", folder, "-xdev", "-mindepth", "1", "-delete"]],
  });
}
