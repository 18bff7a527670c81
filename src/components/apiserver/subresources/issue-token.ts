import type { KeyObject } from "node:crypto";
import type { KubeObject } from "../../../kube/object.ts";
import { type BoundClaims, signJwt } from "../authn/jwt.ts";
import { nodeNameOf } from "../authn/user.ts";
import { badRequest, conflict, notFound } from "../http/api-error.ts";
import type { Reply } from "../http/exchange.ts";
import type { RegistryContext } from "../registry/context.ts";
import { readValue } from "../registry/decode.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";
import { namespaceOf, subjectOf, type Target } from "../registry/target.ts";
import { writeOf } from "../registry/write.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";

export type TokenIssuer = {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly key: KeyObject;
};
type Reference = { readonly kind?: string; readonly apiVersion?: string; readonly name: string; readonly uid?: string };
type TokenRequest = {
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: Reference | null;
  };
};

const defaultSeconds = 3600;
const minimumSeconds = 600;
const maximumSeconds = 2 ** 32;
/** Tokens that the kubelet asks for by upstream's default time live a year, and warn after that time (KEP-1205). */
const extendedFromSeconds = 3607;
const extendedSeconds = 365 * 86_400;

/** serviceaccounts/token: signs a token for the account, bound to a pod, a Secret or a node where asked. */
export function issueToken({ issuer, audiences, key }: TokenIssuer): SpecialHandler {
  return async (context: RegistryContext, target: Target): Promise<Reply> => {
    const { spec = {} } = ((await readValue(target.exchange.request)) ?? {}) as TokenRequest;
    const account = await read(context, target, "serviceaccounts", target.info.name);
    await admit(context, target, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec });
    const wanted = spec.expirationSeconds ?? defaultSeconds;
    checkSeconds(wanted, target);
    const isExtended = wanted === extendedFromSeconds && nodeNameOf(target.exchange.user) !== undefined;
    const iat = Math.floor(context.now().getTime() / 1000);
    const exp = iat + (isExtended ? extendedSeconds : wanted);
    const aud = spec.audiences?.length ? spec.audiences : audiences;
    const bound: BoundClaims = {
      namespace: namespaceOf(target),
      serviceaccount: reference(account),
      ...(await boundTo(context, target, spec.boundObjectRef ?? undefined)),
      ...(isExtended && { warnafter: iat + wanted }),
    };
    const sub = `system:serviceaccount:${bound.namespace}:${bound.serviceaccount.name}`;
    const token = signJwt(
      { aud, exp, iat, iss: issuer, jti: context.uuid(), "kubernetes.io": bound, nbf: iat, sub },
      key,
    );
    const expirationTimestamp = `${new Date((iat + wanted) * 1000).toISOString().slice(0, 19)}Z`;
    const object = {
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: {
        name: target.info.name,
        namespace: bound.namespace,
        creationTimestamp: context.now().toISOString().replace(/\.\d+/, ""),
      },
      spec: { audiences: aud, expirationSeconds: wanted, boundObjectRef: spec.boundObjectRef ?? null },
      status: { token, expirationTimestamp },
    };
    return { kind: "object", status: 201, object };
  };
}

async function admit({ admission }: RegistryContext, target: Target, object: KubeObject): Promise<void> {
  const attributes = { ...writeOf(target), operation: "CREATE" as const, type: target.type, object, old: undefined };
  await admission.mutate(attributes);
  await admission.validate(attributes);
}

function checkSeconds(seconds: number, target: Target): void {
  const path = "spec.expirationSeconds";
  const subject = { group: "authentication.k8s.io", kind: "TokenRequest", resource: "tokenrequests", name: "" };
  if (seconds < minimumSeconds)
    throw invalidObject(subject, [invalid(path, seconds, "may not specify a duration less than 10 minutes")]);
  if (seconds > maximumSeconds)
    throw invalidObject({ ...subject, name: target.info.name }, [
      invalid(path, seconds, "may not specify a duration larger than 2^32 seconds"),
    ]);
}

async function boundTo(
  context: RegistryContext,
  target: Target,
  to: Reference | undefined,
): Promise<Partial<BoundClaims>> {
  if (!to) return {};
  switch (to.kind) {
    case "Pod":
      return boundToPod(context, target, to);
    case "Secret":
      return { secret: reference(same(await read(context, target, "secrets", to.name), to, target)) };
    case "Node":
      return { node: reference(same(await read(context, target, "nodes", to.name), to, target)) };
    default:
      throw badRequest(
        `cannot bind token for serviceaccount "${target.info.name}" to object type ${to.apiVersion}, Kind=${to.kind}`,
      );
  }
}

async function boundToPod(context: RegistryContext, target: Target, to: Reference): Promise<Partial<BoundClaims>> {
  const pod = same(await read(context, target, "pods", to.name), to, target);
  const { serviceAccountName, nodeName } = pod.spec as { serviceAccountName?: string; nodeName?: string };
  if (serviceAccountName !== target.info.name) {
    throw badRequest(
      `cannot bind token for serviceaccount "${target.info.name}" to pod running with different serviceaccount name.`,
    );
  }
  if (!nodeName) return { pod: reference(pod) };
  const nodes = context.catalog.find("", "v1", "nodes");
  const node = nodes && (await context.store.peek(nodes, "", nodeName));
  return { pod: reference(pod), node: { name: nodeName, uid: node?.object.metadata.uid ?? "" } };
}

async function read(context: RegistryContext, target: Target, resource: string, name: string): Promise<KubeObject> {
  const type = context.catalog.find("", "v1", resource);
  const found = type && (await context.store.fresh(type, type.namespaced ? namespaceOf(target) : "", name));
  if (!found) throw notFound({ group: "", resource, name });
  return found.object;
}

function same(object: KubeObject, { uid }: Reference, target: Target): KubeObject {
  if (!uid || uid === object.metadata.uid) return object;
  throw conflict(
    subjectOf(target),
    `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
  );
}

function reference({ metadata }: KubeObject): { name: string; uid: string } {
  return { name: metadata.name ?? "", uid: metadata.uid ?? "" };
}
