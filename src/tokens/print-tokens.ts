import { columns } from "../base/columns.ts";
import { humanDuration } from "../base/human-duration.ts";
import type { KnownToken } from "./known-token.ts";

const header = ["TOKEN", "TTL", "EXPIRES", "USAGES", "DESCRIPTION", "EXTRA GROUPS"];

/** The table of `token list`; nothing at all when there are no tokens, as with kubeadm. */
export function tokenTable(tokens: readonly KnownToken[], now: Date): string {
  if (tokens.length === 0) return "";
  return columns([header, ...tokens.map((token) => row(token, now))], 3);
}

/** One token as output.kubeadm.k8s.io/v1alpha3 BootstrapToken. */
export function tokenObject({ id, secret, description, expires, usages, groups }: KnownToken) {
  return {
    kind: "BootstrapToken",
    apiVersion: "output.kubeadm.k8s.io/v1alpha3",
    token: `${id}.${secret}`,
    ...(description ? { description } : {}),
    ...(expires ? { expires: rfc3339(expires) } : {}),
    ...(usages.length > 0 ? { usages } : {}),
    ...(groups.length > 0 ? { groups } : {}),
  };
}

function row({ id, secret, description, expires, usages, groups }: KnownToken, now: Date): string[] {
  return [
    `${id}.${secret}`,
    expires ? remaining(expires.getTime() - now.getTime()) : "<forever>",
    expires ? rfc3339(expires) : "<never>",
    usages.join(",") || "<none>",
    description || "<none>",
    groups.join(",") || "<none>",
  ];
}

function remaining(ms: number): string {
  return ms <= 0 ? "<invalid>" : humanDuration(ms);
}

function rfc3339(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
