import { manifestsDir } from "../../config/kubeadm/constants.ts";
import type { Op } from "../../hosts/op.ts";
import { parseCertificate } from "../../x509/certificate.ts";
import { readRotatedCertificate } from "../cluster/kubelet-identity.ts";
import type { Check } from "../engine/check.ts";
import { stateOf } from "../engine/resources/path.ts";
import type { PreflightNode } from "./preflight-context.ts";

/** Of the host as the control plane that it may be already. */
const apiServer: Op = { kind: "read", path: `${manifestsDir}/kube-apiserver.yaml`, want: "stat" };

/**
 * What can't be changed on a control plane in place: its etcd member, its certificates and its Node all carry its name, and a worker has
 * none of them.
 */
export function roleChecks({ role, input }: PreflightNode): Check[] {
  return role === "worker" ? [stillAWorker] : [sameName(input.init.nodeRegistration.name)];
}

const stillAWorker: Check = {
  name: "ControlPlaneToWorker",
  probe: () => [apiServer],
  judge: ([found]) => {
    if (stateOf(found).kind === "absent") return [];
    const message =
      "this host is a control plane, and is to be a worker now: take it out of the cluster with `slipway reset` first, " +
      "which removes its etcd member, then run this again";
    return [{ severity: "error", message }];
  },
};

function sameName(name: string): Check {
  return {
    name: "ControlPlaneName",
    probe: () => [apiServer, readRotatedCertificate],
    judge: ([manifest, shown]) => {
      if (stateOf(manifest).kind === "absent") return [];
      const certificate = shown?.kind === "ran" ? parseCertificate(shown.stdout) : undefined;
      const [, found] = /^system:node:(.+)$/.exec(certificate?.subject.commonName ?? "") ?? [];
      if (found === undefined || found === name) return [];
      const message =
        `this control plane's Node is ${found}, and is to be ${name} now: set nodeName: ${found}, ` +
        "or take the host out of the cluster with `slipway reset` and let it join under its new name";
      return [{ severity: "error", message }];
    },
  };
}
