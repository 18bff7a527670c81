import { SlipwayError } from "../../../base/errors.ts";
import { type FlagTable, type FlagValues, parseFlags } from "../../../kube/program/flags.ts";
import { harmlessFlags, refusedFlags } from "./upstream-flags.ts";

/** The flags of kube-apiserver that are honoured: all that kubeadm writes, and the common ones besides. */
export const flagTable = {
  "advertise-address": { kind: "string", default: "" },
  "allow-privileged": { kind: "boolean", default: "false" },
  "anonymous-auth": { kind: "boolean", default: "true" },
  "api-audiences": { kind: "strings", default: "" },
  "authorization-mode": { kind: "strings", default: "AlwaysAllow" },
  "bind-address": { kind: "string", default: "0.0.0.0" },
  "client-ca-file": { kind: "string", default: "" },
  "default-not-ready-toleration-seconds": { kind: "number", default: "300" },
  "default-unreachable-toleration-seconds": { kind: "number", default: "300" },
  "disable-admission-plugins": { kind: "strings", default: "" },
  "enable-admission-plugins": { kind: "strings", default: "" },
  "enable-bootstrap-token-auth": { kind: "boolean", default: "false" },
  "etcd-cafile": { kind: "string", default: "" },
  "etcd-certfile": { kind: "string", default: "" },
  "etcd-compaction-interval": { kind: "duration", default: "5m0s" },
  "etcd-keyfile": { kind: "string", default: "" },
  "etcd-prefix": { kind: "string", default: "/registry" },
  "etcd-servers": { kind: "strings", default: "" },
  "event-ttl": { kind: "duration", default: "1h0m0s" },
  "kubelet-certificate-authority": { kind: "string", default: "" },
  "kubelet-client-certificate": { kind: "string", default: "" },
  "kubelet-client-key": { kind: "string", default: "" },
  "kubelet-preferred-address-types": {
    kind: "strings",
    default: "Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP",
  },
  "kubelet-timeout": { kind: "duration", default: "5s" },
  "max-mutating-requests-inflight": { kind: "number", default: "200" },
  "max-requests-inflight": { kind: "number", default: "400" },
  "request-timeout": { kind: "duration", default: "1m0s" },
  "requestheader-allowed-names": { kind: "strings", default: "" },
  "requestheader-client-ca-file": { kind: "string", default: "" },
  "requestheader-extra-headers-prefix": { kind: "strings", default: "x-remote-extra-" },
  "requestheader-group-headers": { kind: "strings", default: "x-remote-group" },
  "requestheader-username-headers": { kind: "strings", default: "x-remote-user" },
  "secure-port": { kind: "number", default: "6443" },
  "service-account-issuer": { kind: "strings", default: "" },
  "service-account-key-file": { kind: "strings", default: "" },
  "service-account-signing-key-file": { kind: "string", default: "" },
  "service-cluster-ip-range": { kind: "string", default: "10.0.0.0/24" },
  "service-node-port-range": { kind: "string", default: "30000-32767" },
  "shutdown-delay-duration": { kind: "duration", default: "0s" },
  "tls-cert-file": { kind: "string", default: "" },
  "tls-private-key-file": { kind: "string", default: "" },
  // Taken and without effect: they tune what this server does not do (aggregation), or does anyway.
  "proxy-client-cert-file": { kind: "string", default: "" },
  "proxy-client-key-file": { kind: "string", default: "" },
  "endpoint-reconciler-type": { kind: "string", default: "lease" },
  "logging-format": { kind: "string", default: "text" },
  "storage-backend": { kind: "string", default: "etcd3" },
  "storage-media-type": { kind: "string", default: "application/json" },
  "feature-gates": { kind: "strings", default: "" },
  "runtime-config": { kind: "strings", default: "" },
  "service-account-lookup": { kind: "boolean", default: "true" },
  "watch-cache": { kind: "boolean", default: "true" },
  profiling: { kind: "boolean", default: "true" },
  v: { kind: "number", default: "0" },
} as const satisfies FlagTable;

export type Flags = FlagValues<typeof flagTable>;

/** What can only have one value here, since nothing else is built. */
const only: Readonly<Record<string, readonly string[]>> = {
  "endpoint-reconciler-type": ["lease"],
  "logging-format": ["text"],
  "storage-backend": ["", "etcd3"],
  "storage-media-type": ["application/json"],
};
const withoutEffect = ["feature-gates", "runtime-config", ...Object.keys(harmlessFlags)];

/** What the command line asks for, and the flags in it that do nothing here. */
export type CommandLine = { readonly flags: Flags; readonly ignored: readonly string[] };

/** Parses argv; throws SlipwayError FLAG_UNKNOWN, or FLAG_INVALID also for what upstream has and this server has not. */
export function flagsOf(argv: readonly string[]): CommandLine {
  const given = namesIn(argv);
  for (const name of given) {
    const what = refusedFlags[name];
    if (what) throw refused(`--${name} is not supported: this server does not have ${what}`);
  }
  const flags: Flags = parseFlags({ ...harmlessFlags, ...flagTable }, argv);
  for (const [name, allowed] of Object.entries(only)) {
    const value = String(flags[name as keyof Flags]);
    if (!allowed.includes(value))
      throw refused(`--${name}=${value} is not supported; it can be ${allowed.filter(Boolean).join(", ")}`);
  }
  return { flags, ignored: withoutEffect.filter((name) => given.has(name)) };
}

function namesIn(argv: readonly string[]): Set<string> {
  const names = argv.map((one) => /^--?([^=]+)/.exec(one)?.[1]?.replaceAll("_", "-"));
  return new Set(names.filter((name) => name !== undefined));
}

function refused(message: string): SlipwayError {
  return new SlipwayError({ code: "FLAG_INVALID", exit: "usage", message });
}
