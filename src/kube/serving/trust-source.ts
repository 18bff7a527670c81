import { X509Certificate } from "node:crypto";
import type { KubeClient } from "../client.ts";
import type { ConfigMap } from "../kinds/config.ts";
import { resources } from "../resources.ts";
import type { Trust } from "./trust.ts";

/** What flags say about trust: PEM texts, and names that mean nothing without the proxies' CA. */
export type TrustFlags = {
  readonly clientCa: string | undefined;
  readonly proxyCa: string | undefined;
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
};

/** What the API server publishes for other servers of the cluster. */
const published = { name: "extension-apiserver-authentication", namespace: "kube-system" };

/** Trust as the flags say; what they leave out is as the cluster publishes it (`data` of that ConfigMap). */
export function trustOf(flags: TrustFlags, data: Readonly<Record<string, string>> = {}): Trust {
  const list = (name: string): string[] => JSON.parse(data[`requestheader-${name}`] || "[]") as string[];
  const proxies =
    flags.proxyCa === undefined
      ? {
          authorities: certificatesOf(data["requestheader-client-ca-file"]),
          allowedNames: list("allowed-names"),
          usernameHeaders: list("username-headers"),
          groupHeaders: list("group-headers"),
        }
      : {
          authorities: certificatesOf(flags.proxyCa),
          allowedNames: flags.allowedNames,
          usernameHeaders: flags.usernameHeaders,
          groupHeaders: flags.groupHeaders,
        };
  return { clients: certificatesOf(flags.clientCa ?? data["client-ca-file"]), proxies };
}

/** Whether the flags leave something to be looked up in the cluster. */
export function needsLookup({ clientCa, proxyCa }: TrustFlags): boolean {
  return clientCa === undefined || proxyCa === undefined;
}

export async function publishedTrust(
  client: KubeClient,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  return (await client.get<ConfigMap>(resources.configmaps, published, { signal })).data ?? {};
}

function certificatesOf(pem: string | undefined): X509Certificate[] {
  const blocks = pem?.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}
