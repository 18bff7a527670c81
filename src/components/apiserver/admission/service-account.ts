import type { KubeObject } from "../../../kube/object.ts";
import { ensured, type Fields, listAt } from "../defaulting/missing.ts";
import { forbidden } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import { type AdmissionParts, isCore, lookUp } from "./parts.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const mirrorAnnotation = "kubernetes.io/config.mirror";
/** Seconds; upstream's odd value tells tokens that were injected (KEP-1205). */
const tokenLifetimeSeconds = 3607;

/** Gives every pod a service account and a way to speak for it (plugin/pkg/admission/serviceaccount). */
export function serviceAccount(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "ServiceAccount",
    async mutate(attributes) {
      const { operation, type, subresource, object } = attributes;
      if (operation !== "CREATE" || !isCore(type, "pods") || subresource || !object) return;
      if (object.metadata.annotations?.[mirrorAnnotation]) {
        requireNoCredentials(attributes, object);
        return;
      }
      const spec = ensured(object, "spec");
      spec.serviceAccountName ||= "default";
      spec.serviceAccount = spec.serviceAccountName;
      const account = await requireAccount(parts, attributes, String(spec.serviceAccountName));
      if (isAutomounted(spec, account)) mountToken(spec);
      if (listAt(spec, "imagePullSecrets").length === 0 && account.imagePullSecrets) {
        spec.imagePullSecrets = account.imagePullSecrets;
      }
    },
  };
}

/** A static pod's mirror must not be a way to have secrets read. */
function requireNoCredentials(attributes: Attributes, object: KubeObject): void {
  const spec = ensured(object, "spec");
  if (spec.serviceAccountName) throw refused(attributes, "a mirror pod may not reference service accounts");
  const isSecret = (volume: Fields) =>
    volume.secret !== undefined || JSON.stringify(volume.projected ?? "").includes('"serviceAccountToken"');
  if (listAt(spec, "volumes").some(isSecret)) throw refused(attributes, "a mirror pod may not reference secrets");
}

async function requireAccount(parts: AdmissionParts, attributes: Attributes, name: string): Promise<Fields> {
  const found = await lookUp(parts, { resource: "serviceaccounts", namespace: attributes.namespace, name });
  if (found) return found;
  throw refused(
    attributes,
    `error looking up service account ${attributes.namespace}/${name}: serviceaccount "${name}" not found`,
  );
}

function isAutomounted(spec: Fields, account: Fields): boolean {
  return (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) !== false;
}

function mountToken(spec: Fields): void {
  const containers = [...listAt(spec, "initContainers"), ...listAt(spec, "containers")];
  const lacking = containers.filter(
    (container) => !listAt(container, "volumeMounts").some((mount) => mount.mountPath === mountPath),
  );
  if (lacking.length === 0) return;
  const volumes = listAt(spec, "volumes");
  const existing = volumes.find(({ name, projected }) => String(name).startsWith("kube-api-access-") && projected);
  const name = String(existing?.name ?? `kube-api-access-${randomSuffix()}`);
  if (!existing) spec.volumes = [...volumes, { name, projected: { defaultMode: 0o644, sources: tokenSources } }];
  for (const container of lacking) {
    container.volumeMounts = [...listAt(container, "volumeMounts"), { name, readOnly: true, mountPath }];
  }
}

const tokenSources = [
  { serviceAccountToken: { expirationSeconds: tokenLifetimeSeconds, path: "token" } },
  { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
  { downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] } },
];

/** Letters and digits that can't spell words, as upstream's generated names. */
function randomSuffix(): string {
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  return Array.from({ length: 5 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join("");
}

function refused({ type, name }: Attributes, why: string) {
  return forbidden({ group: type.group, resource: type.resource, name }, why);
}
