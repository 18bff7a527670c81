import type { KeyObject } from "node:crypto";
import { keyId } from "../authn/jwt.ts";
import { discoveryEndpoints, discoveryPath } from "../discovery/endpoints.ts";
import { kubernetesVersion, versionInfo } from "../discovery/version.ts";
import type { Endpoint, Routes } from "../http/router.ts";
import { openApiEndpoints } from "../openapi/endpoints.ts";
import type { RegistryContext } from "../registry/context.ts";
import { resourceEndpoint, type SpecialHandlers } from "../registry/dispatch.ts";
import { type HealthCheck, healthEndpoint } from "./health.ts";

type Parts = {
  readonly context: RegistryContext;
  readonly special: SpecialHandlers;
  readonly live: readonly HealthCheck[];
  readonly ready: readonly HealthCheck[];
  readonly address: string;
  readonly issuer: string;
  readonly keys: readonly KeyObject[];
};

/** Every path that is served. */
export function routesOf(parts: Parts): Routes {
  const { context, special, live, ready, address } = parts;
  const version: Endpoint = () => ({ kind: "object", status: 200, object: versionInfo(kubernetesVersion) });
  const health = { "/healthz": live, "/livez": live, "/readyz": ready };
  const openApi = openApiEndpoints(context.catalog);
  const exact: (readonly [string, Endpoint])[] = [
    ["/version", version],
    [
      "/.well-known/openid-configuration",
      () => ({ kind: "object", status: 200, object: openIdConfiguration(parts.issuer, address) }),
    ],
    ["/openid/v1/jwks", () => ({ kind: "object", status: 200, object: { keys: parts.keys.map(jwk) } })],
    ...discoveryEndpoints(context.catalog, address),
    ...openApi.exact,
  ];
  const prefixes: (readonly [string, Endpoint])[] = [
    ["/api/", discoveryPath(context.catalog)],
    ["/apis/", discoveryPath(context.catalog)],
    openApi.prefix,
  ];
  for (const [path, checks] of Object.entries(health)) {
    exact.push([path, healthEndpoint(path, checks)]);
    prefixes.push([`${path}/`, healthEndpoint(path, checks)]);
  }
  const paths = new Map(exact);
  const names = [...paths.keys()].sort();
  paths.set("/", () => ({ kind: "object", status: 200, object: { paths: names } }));
  return { resource: resourceEndpoint(context, special), paths, prefixes };
}

function openIdConfiguration(issuer: string, address: string): object {
  return {
    issuer,
    jwks_uri: `https://${address}/openid/v1/jwks`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256", "ES256"],
  };
}

function jwk(key: KeyObject): object {
  return {
    use: "sig",
    kid: keyId(key),
    alg: key.asymmetricKeyType === "ec" ? "ES256" : "RS256",
    ...key.export({ format: "jwk" }),
  };
}
