import { randomBytes } from "node:crypto";
import { ensured, type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { forbidden } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import { type AdmissionParts, isCore, lookUp } from "./parts.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const mirrorAnnotation = "kubernetes.io/config.mirror";
const letters = "bcdfghjklmnpqrstvwxz2456789";

/** Gives each pod a service account, and its containers that account's token, the cluster's CA and the namespace. */
export function serviceAccount(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "ServiceAccount",
    async mutate(attributes) {
      const { object, type, subresource, operation } = attributes;
      if (!object || operation !== "CREATE" || subresource || !isCore(type, "pods")) return;
      const spec = ensured(object as Fields, "spec");
      if (object.metadata.annotations?.[mirrorAnnotation] !== undefined) {
        if (spec.serviceAccountName) throw refused(attributes, "a mirror pod may not reference service accounts");
        return;
      }
      if (!spec.serviceAccountName) Object.assign(spec, { serviceAccountName: "default", serviceAccount: "default" });
      const name = String(spec.serviceAccountName);
      const account = await lookUp(parts, { resource: "serviceaccounts", namespace: attributes.namespace, name });
      if (!account) {
        throw refused(
          attributes,
          `error looking up service account ${attributes.namespace}/${name}: serviceaccount "${name}" not found`,
        );
      }
      const wantsToken = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
      if (wantsToken !== false) mountToken(spec);
      if (listAt(spec, "imagePullSecrets").length === 0 && Array.isArray(account.imagePullSecrets)) {
        spec.imagePullSecrets = account.imagePullSecrets;
      }
    },
  };
}

function refused({ name }: Attributes, why: string) {
  return forbidden({ group: "", resource: "pods", name }, why);
}

function mountToken(spec: Fields): void {
  const volumes = listAt(spec, "volumes");
  const isToken = (volume: Fields) =>
    listAt(mapAt(volume, "projected"), "sources").some((source) => mapAt(source, "serviceAccountToken"));
  const existing = volumes.find((volume) => String(volume.name).startsWith("kube-api-access-") && isToken(volume));
  const name = existing ? String(existing.name) : `kube-api-access-${suffix()}`;
  const containers = [...listAt(spec, "initContainers"), ...listAt(spec, "containers")];
  const needing = containers.filter(
    (one) => !listAt(one, "volumeMounts").some((mount) => mount.mountPath === mountPath),
  );
  for (const container of needing) {
    container.volumeMounts = [...listAt(container, "volumeMounts"), { name, readOnly: true, mountPath }];
  }
  if (needing.length > 0 && !existing) spec.volumes = [...volumes, { name, projected: tokenSources() }];
}

function tokenSources(): Fields {
  return {
    defaultMode: 0o644,
    sources: [
      // 7 seconds more than an hour: by this the kubelet's renewals are told from others (KEP-1205).
      { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      {
        downwardAPI: {
          items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
        },
      },
    ],
  };
}

function suffix(): string {
  return [...randomBytes(5)].map((byte) => letters[byte % letters.length]).join("");
}
