import type { User } from "../authn/user.ts";
import { badRequest } from "../http/api-error.ts";
import type { Reply } from "../http/exchange.ts";
import type { RequestInfo } from "../http/request-info.ts";
import type { RegistryContext } from "../registry/context.ts";
import { readValue } from "../registry/decode.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";
import type { Target } from "../registry/target.ts";

type Spec = {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly resourceAttributes?: Readonly<Record<string, string>>;
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
};

/** subjectaccessreviews and localsubjectaccessreviews: may that user do this? */
export const subjectAccessReview: SpecialHandler = (context, target) =>
  review(context, target, ({ user = "", groups = [], uid, extra }) => {
    if (!user && groups.length === 0)
      throw badRequest("spec.user: Required value: at least one of user or group must be specified");
    return { name: user, groups, uid, extra };
  });

/** selfsubjectaccessreviews: may I? */
export const selfSubjectAccessReview: SpecialHandler = (context, target) =>
  review(context, target, () => target.exchange.user);

async function review(context: RegistryContext, target: Target, userOf: (spec: Spec) => User): Promise<Reply> {
  const body = ((await readValue(target.exchange.request)) ?? {}) as { metadata?: object; spec?: Spec };
  const spec = body.spec ?? {};
  const decision = await context.authorizer.authorize(userOf(spec), attributes(spec, target.info.namespace));
  const status = { allowed: decision.allowed, ...(decision.reason && { reason: decision.reason }) };
  const { group, version, kind } = target.type;
  const object = {
    kind,
    apiVersion: `${group}/${version}`,
    metadata: { ...body.metadata, creationTimestamp: null },
    spec,
    status,
  };
  return { kind: "object", status: 201, object };
}

function attributes({ resourceAttributes, nonResourceAttributes }: Spec, pathNamespace: string): RequestInfo {
  if (nonResourceAttributes) {
    const { path = "", verb = "" } = nonResourceAttributes;
    return { kind: "nonResource", path, verb };
  }
  if (!resourceAttributes) {
    throw badRequest(
      "spec.resourceAttributes: Invalid value: exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
  }
  const {
    namespace = pathNamespace,
    verb = "",
    group = "",
    version = "*",
    resource = "",
    subresource = "",
    name = "",
  } = resourceAttributes;
  return { kind: "resource", path: "", verb, group, version, namespace, resource, subresource, name, rest: [] };
}
