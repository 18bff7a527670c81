import { SlipwayError } from "../../../base/errors.ts";
import type { Authentication } from "../authn/authenticate.ts";
import { bootstrapTokens } from "../authn/bootstrap-token.ts";
import { clientCertificates } from "../authn/client-certificate.ts";
import { requestHeaders } from "../authn/request-header.ts";
import { serviceAccountTokens } from "../authn/service-account.ts";
import { groups } from "../authn/user.ts";
import { type Authorizer, firstAllows } from "../authz/authorizer.ts";
import { NodeAuthorizer } from "../authz/node/node-authorizer.ts";
import { Rbac } from "../authz/rbac/rbac.ts";
import type { Flags } from "../flags/flags.ts";
import { coreReader } from "../registry/object-reader.ts";
import type { Catalog } from "../resources/catalog.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import type { LiveMaterial } from "./live-material.ts";

type Parts = {
  readonly flags: Flags;
  readonly material: LiveMaterial;
  readonly store: ObjectStore;
  readonly catalog: Catalog;
  readonly now: () => Date;
};

/** Audiences that tokens may be meant for: the flag's, or else the issuers. */
export function audiencesOf(flags: Flags): readonly string[] {
  return flags["api-audiences"].length > 0 ? flags["api-audiences"] : flags["service-account-issuer"];
}

/** The ways to tell who sends a request, as the flags ask for them. */
export function authenticationOf({ flags, material, store, catalog, now }: Parts): Authentication {
  const read = coreReader(store, catalog);
  const proxies = requestHeaders(
    {
      authorities: () => material.current.requestHeaderCa.certificates,
      allowedNames: flags["requestheader-allowed-names"],
      usernameHeaders: flags["requestheader-username-headers"],
      groupHeaders: flags["requestheader-group-headers"],
      extraHeaderPrefixes: flags["requestheader-extra-headers-prefix"],
    },
    now,
  );
  const accounts = serviceAccountTokens({
    issuers: flags["service-account-issuer"],
    audiences: audiencesOf(flags),
    keys: () => material.current.serviceAccountKeys,
    read,
    now,
  });
  return {
    direct: [
      ...(flags["requestheader-client-ca-file"] ? [proxies] : []),
      ...(flags["client-ca-file"] ? [clientCertificates(() => material.current.clientCa.certificates, now)] : []),
    ],
    tokens: [accounts, ...(flags["enable-bootstrap-token-auth"] ? [bootstrapTokens(read, now)] : [])],
    allowsAnonymous: flags["anonymous-auth"],
  };
}

/** Members of system:masters may do everything, before any mode is asked. */
const masters: Authorizer = {
  authorize: (user) =>
    user.groups.includes(groups.masters) ? { allowed: true, reason: "" } : { allowed: false, reason: "" },
};

export async function authorizerOf({ flags, store, catalog }: Parts): Promise<{ authorizer: Authorizer; rbac: Rbac }> {
  const rbac = await Rbac.open(store, catalog);
  const modes: Readonly<Record<string, () => Promise<Authorizer> | Authorizer>> = {
    Node: () => NodeAuthorizer.open(store, catalog),
    RBAC: () => rbac,
    AlwaysAllow: () => ({ authorize: () => ({ allowed: true, reason: "" }) }),
    AlwaysDeny: () => ({ authorize: () => ({ allowed: false, reason: "Everything is forbidden." }) }),
  };
  const chosen = await Promise.all(flags["authorization-mode"].map((mode) => (modes[mode] ?? unknownMode(mode))()));
  return { authorizer: firstAllows([masters, ...chosen]), rbac };
}

function unknownMode(mode: string): never {
  throw new SlipwayError({
    code: "FLAG_INVALID",
    exit: "usage",
    message: `--authorization-mode: ${mode} is not one of Node, RBAC, AlwaysAllow, AlwaysDeny`,
  });
}
