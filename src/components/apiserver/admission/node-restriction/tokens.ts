import { type Fields, listAt, mapAt } from "../../defaulting/missing.ts";
import type { Attributes } from "../chain.ts";
import { type AdmissionParts, lookUp } from "../parts.ts";
import { refused } from "./refused.ts";

/** A kubelet gets tokens for the pods on its node alone, and for the audiences that those pods name. */
export async function checkToken(parts: AdmissionParts, node: string, attributes: Attributes): Promise<void> {
  const { operation, subresource, object, namespace } = attributes;
  if (operation !== "CREATE" || subresource !== "token") return;
  const spec = mapAt(object as Fields | undefined, "spec") ?? {};
  const reference = mapAt(spec, "boundObjectRef");
  if (reference?.apiVersion !== "v1" || reference.kind !== "Pod" || !reference.name)
    throw refused(attributes, "node requested token not bound to a pod");
  if (!reference.uid) throw refused(attributes, "node requested token with a pod binding without a uid");
  const pod = await lookUp(parts, { resource: "pods", namespace, name: String(reference.name) });
  if (pod?.metadata.uid !== reference.uid)
    throw refused(
      attributes,
      `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  const podSpec = mapAt(pod as Fields, "spec") ?? {};
  if (podSpec.nodeName !== node)
    throw refused(attributes, "node requested token bound to a pod scheduled on a different node");
  const audiences = (Array.isArray(spec.audiences) ? spec.audiences : []) as string[];
  if (audiences.length > 1) throw refused(attributes, "node may only request 0 or 1 audiences");
  await checkAudience(parts, attributes, { audience: audiences[0] ?? "", volumes: listAt(podSpec, "volumes") });
}

type Wish = { readonly audience: string; readonly volumes: readonly Fields[] };

async function checkAudience(
  { authorizer }: AdmissionParts,
  attributes: Attributes,
  { audience, volumes }: Wish,
): Promise<void> {
  const named = volumes
    .flatMap((volume) => listAt(mapAt(volume, "projected"), "sources"))
    .map((source) => mapAt(source, "serviceAccountToken"))
    .flatMap((token) => (token ? [String(token.audience ?? "")] : []));
  if (named.includes(audience)) return;
  const { user, namespace, name } = attributes;
  const asked = {
    kind: "resource",
    path: "",
    verb: "request-serviceaccounts-token-audience",
    group: "",
    version: "v1",
    namespace,
    resource: audience,
    subresource: "",
    name,
    rest: [],
  } as const;
  if ((await authorizer.authorize(user, asked)).allowed) return;
  throw refused(
    attributes,
    `audience ${JSON.stringify(audience)} not found in pod spec volume, ${user.name} is not authorized to request tokens for this audience`,
  );
}
