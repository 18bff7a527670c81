import { ensured, type Fields, mapAt, missing } from "./missing.ts";

type Defaulter = (object: Fields) => void;

/** A claim, by itself or as a template in a StatefulSet. */
export function defaultClaim(claim: Fields): void {
  missing(ensured(claim, "spec"), { volumeMode: "Filesystem" });
}

export const storageDefaults: Readonly<Record<string, Defaulter>> = {
  persistentvolumes: (object) => {
    const spec = ensured(object, "spec");
    missing(spec, { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" });
    const hostPath = mapAt(spec, "hostPath");
    if (hostPath) missing(hostPath, { type: "" });
  },
  persistentvolumeclaims: defaultClaim,
  "storage.k8s.io/storageclasses": (object) =>
    missing(object, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
  "storage.k8s.io/csidrivers": (object) =>
    missing(ensured(object, "spec"), {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      requiresRepublish: false,
      seLinuxMount: false,
      fsGroupPolicy: "ReadWriteOnceWithFSType",
      volumeLifecycleModes: ["Persistent"],
    }),
};
