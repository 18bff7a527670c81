import type { FlagKind, FlagTable } from "../../../kube/program/flags.ts";

const kinds: Readonly<Record<FlagKind, string>> = {
  boolean: `aggregator-reject-forwarding-redirect contention-profiling enable-aggregator-routing enable-garbage-collector
    enable-logs-handler enable-priority-and-fairness log-json-split-stream log-text-split-stream permit-address-sharing
    permit-port-sharing send-retry-after-while-not-ready-once service-account-extend-token-expiration
    shutdown-send-retry-after`,
  number: `apiserver-count default-watch-cache-size delete-collection-workers goaway-chance
    http2-max-streams-per-connection kubelet-port kubelet-read-only-port lease-reuse-duration-seconds
    max-connection-bytes-per-sec min-request-timeout audit-log-maxage audit-log-maxbackup audit-log-maxsize`,
  duration: `coordinated-leadership-lease-duration coordinated-leadership-renew-deadline
    coordinated-leadership-retry-period etcd-count-metric-poll-period etcd-db-metric-poll-interval
    etcd-healthcheck-timeout etcd-readycheck-timeout livez-grace-period log-flush-frequency
    shutdown-watch-termination-grace-period storage-initialization-timeout`,
  strings: "allow-metric-labels disabled-metrics watch-cache-sizes",
  string: `audit-log-format cert-dir external-hostname log-json-info-buffer-size log-text-info-buffer-size
    show-hidden-metrics-for-version vmodule`,
};

const fallbacks: Readonly<Record<FlagKind, string>> = {
  boolean: "false",
  number: "0",
  duration: "0s",
  strings: "",
  string: "",
};

/** Flags of upstream's that tune what works differently here, or not at all: taken, and told that they do nothing. */
export const harmlessFlags: FlagTable = Object.fromEntries(
  Object.entries(kinds).flatMap(([kind, names]) =>
    names.split(/\s+/).map((name) => [name, { kind: kind as FlagKind, default: fallbacks[kind as FlagKind] }]),
  ),
);

/** Flags of upstream's without which the server would do something else than it was told: what they ask for is not built. */
export const refusedFlags: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    "audit logs": `audit-policy-file audit-log-path audit-log-mode audit-webhook-config-file audit-webhook-mode`,
    "configuration of admission plugins": "admission-control-config-file admission-control",
    "authentication by a configuration file": "authentication-config",
    "authentication by a file of tokens": "token-auth-file",
    "authentication by a webhook": `authentication-token-webhook-config-file authentication-token-webhook-version
      authentication-token-webhook-cache-ttl`,
    "authentication by OpenID Connect": `oidc-issuer-url oidc-client-id oidc-ca-file oidc-username-claim
      oidc-username-prefix oidc-groups-claim oidc-groups-prefix oidc-signing-algs oidc-required-claim`,
    "authorization by a configuration file": "authorization-config",
    "authorization by ABAC or a webhook": `authorization-policy-file authorization-webhook-config-file
      authorization-webhook-version authorization-webhook-cache-authorized-ttl
      authorization-webhook-cache-unauthorized-ttl`,
    "encryption at rest": "encryption-provider-config encryption-provider-config-automatic-reload",
    "connections through a proxy": "egress-selector-config-file",
    "several etcd clusters": "etcd-servers-overrides",
    "a choice of cipher suites": "tls-cipher-suites tls-curve-preferences",
    "certificates by server name": "tls-sni-cert-key",
    "requests of browsers": "cors-allowed-origins strict-transport-security-directives",
    "HTTP/1.1 alone": "disable-http2-serving",
    "proxying to peers": "peer-ca-file peer-advertise-ip peer-advertise-port",
    tracing: "tracing-config-file",
    "uids from a front proxy": "requestheader-uid-headers",
    "service account tokens of an external signer": "service-account-signing-endpoint",
    "a limit to the life of tokens": "service-account-max-token-expiration",
    "keys published elsewhere": "service-account-jwks-uri",
    "another version's behaviour":
      "emulated-version emulation-forward-compatible runtime-config-emulation-forward-compatible",
    "a debug socket": "debug-socket-path",
  }).flatMap(([what, names]) => names.split(/\s+/).map((name) => [name, what])),
);
