import { ensured, type Fields, listAt, mapAt, missing } from "./missing.ts";

type Defaulter = (object: Fields) => void;

const apiGroup = "rbac.authorization.k8s.io";

export const configDefaults: Readonly<Record<string, Defaulter>> = {
  secrets: (object) => {
    missing(object, { type: "Opaque" });
    const plain = mapAt(object, "stringData");
    if (!plain) return;
    const data = ensured(object, "data");
    for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(String(value)).toString("base64");
    delete object.stringData;
  },
  namespaces: (object) => {
    const metadata = ensured(object, "metadata");
    if (metadata.name) ensured(metadata, "labels")["kubernetes.io/metadata.name"] = metadata.name;
  },
  limitranges: (object) => {
    for (const limit of listAt(mapAt(object, "spec"), "limits")) defaultLimit(limit);
  },
  "scheduling.k8s.io/priorityclasses": (object) => missing(object, { preemptionPolicy: "PreemptLowerPriority" }),
  "rbac.authorization.k8s.io/rolebindings": defaultBinding,
  "rbac.authorization.k8s.io/clusterrolebindings": defaultBinding,
};

function defaultBinding(object: Fields): void {
  missing(ensured(object, "roleRef"), { apiGroup });
  for (const subject of listAt(object, "subjects")) {
    if (subject.kind === "User" || subject.kind === "Group") missing(subject, { apiGroup });
  }
}

/** A container's default limit follows from its maximum, its default request from the limit. */
function defaultLimit(limit: Fields): void {
  if (limit.type !== "Container") return;
  const max = mapAt(limit, "max");
  const min = mapAt(limit, "min");
  if (max) missing(ensured(limit, "default"), max);
  const fallback = mapAt(limit, "default");
  if (fallback) missing(ensured(limit, "defaultRequest"), fallback);
  if (min) missing(ensured(limit, "defaultRequest"), min);
}
