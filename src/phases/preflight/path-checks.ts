import { kubernetesDir, manifestsDir } from "../../config/kubeadm/constants.ts";
import type { Check } from "../engine/check.ts";
import { stateOf } from "../engine/resources/path.ts";
import { isOurPath, journalProbe } from "./own-host.ts";
import type { PreflightNode } from "./preflight-context.ts";

const manifests = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"].map(
  (name) => `${manifestsDir}/${name}.yaml`,
);
const kubeletCredentials = [`${kubernetesDir}/kubelet.conf`, `${kubernetesDir}/bootstrap-kubelet.conf`];

/** What kubeadm wants absent before it starts: leftovers of another cluster. */
export function pathChecks({ role, input }: PreflightNode): Check[] {
  const { certificatesDir, etcd } = input.cluster;
  const own = role === "worker" ? [`${certificatesDir}/ca.crt`] : manifests;
  const directories = role === "control-plane" && etcd.local ? [etcd.local.dataDir] : [];
  return [...[...kubeletCredentials, ...own].map(fileAvailable), ...directories.map(directoryAvailable)];
}

function fileAvailable(path: string): Check {
  return {
    name: `FileAvailable-${dashed(path)}`,
    probe: () => [journalProbe, { kind: "read", path, want: "stat" }],
    judge: ([journal, found]) =>
      stateOf(found).kind === "absent" || isOurPath(journal, path)
        ? []
        : [{ severity: "error", message: `${path} already exists` }],
  };
}

function directoryAvailable(path: string): Check {
  return {
    name: `DirAvailable-${dashed(path)}`,
    probe: () => [
      journalProbe,
      { kind: "run", argv: ["find", path, "-mindepth", "1", "-maxdepth", "1", "-print", "-quit"], okExitCodes: [0, 1] },
    ],
    judge: ([journal, found]) => {
      const isEmpty = found?.kind === "ran" && found.stdout.trim() === "";
      return isEmpty || isOurPath(journal, path) ? [] : [{ severity: "error", message: `${path} is not empty` }];
    },
  };
}

/** kubeadm's spelling: slashes become dashes, so that a double dash begins the path. */
function dashed(path: string): string {
  return path.replaceAll("/", "-");
}
