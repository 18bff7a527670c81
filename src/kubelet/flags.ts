import { SlipwayError } from "../base/errors.ts";
import type { Taint } from "./config/kubelet-configuration.ts";

type FlagKind = "string" | "boolean" | "number" | "strings" | "map" | "taints" | "ignored";

/** A flag that stands for a KubeletConfiguration field (`setting`), or one of the kubelet's own (`own`). */
type Flag = { readonly kind: FlagKind; readonly setting?: string; readonly own?: keyof OwnFlags };

export type OwnFlags = {
  config: string;
  kubeconfig: string;
  bootstrapKubeconfig: string;
  certDir: string;
  rootDir: string;
  nodeIp: string;
  hostnameOverride: string;
  nodeLabels: Readonly<Record<string, string>>;
  version: boolean;
};

export type Flags = { readonly own: OwnFlags; readonly settings: ReadonlyMap<string, unknown> };

const setting = (kind: FlagKind, path: string): Flag => ({ kind, setting: path });
const own = (kind: FlagKind, name: keyof OwnFlags): Flag => ({ kind, own: name });
const ignored: Flag = { kind: "ignored" };

/** The flags of kubelet(8) that this kubelet has; deprecated ones stand for the field of the configuration file. */
export const flagTable: Readonly<Record<string, Flag>> = {
  config: own("string", "config"),
  kubeconfig: own("string", "kubeconfig"),
  "bootstrap-kubeconfig": own("string", "bootstrapKubeconfig"),
  "cert-dir": own("string", "certDir"),
  "root-dir": own("string", "rootDir"),
  "node-ip": own("string", "nodeIp"),
  "hostname-override": own("string", "hostnameOverride"),
  "node-labels": own("map", "nodeLabels"),
  version: own("boolean", "version"),
  v: setting("number", "logging.verbosity"),
  "container-runtime-endpoint": setting("string", "containerRuntimeEndpoint"),
  "register-with-taints": setting("taints", "registerWithTaints"),
  "register-node": setting("boolean", "registerNode"),
  "pod-manifest-path": setting("string", "staticPodPath"),
  address: setting("string", "address"),
  port: setting("number", "port"),
  "healthz-port": setting("number", "healthzPort"),
  "healthz-bind-address": setting("string", "healthzBindAddress"),
  "tls-cert-file": setting("string", "tlsCertFile"),
  "tls-private-key-file": setting("string", "tlsPrivateKeyFile"),
  "rotate-certificates": setting("boolean", "rotateCertificates"),
  "client-ca-file": setting("string", "authentication.x509.clientCAFile"),
  "anonymous-auth": setting("boolean", "authentication.anonymous.enabled"),
  "authentication-token-webhook": setting("boolean", "authentication.webhook.enabled"),
  "authorization-mode": setting("string", "authorization.mode"),
  "cluster-dns": setting("strings", "clusterDNS"),
  "cluster-domain": setting("string", "clusterDomain"),
  "cgroup-driver": setting("string", "cgroupDriver"),
  "enforce-node-allocatable": setting("strings", "enforceNodeAllocatable"),
  "kube-reserved": setting("map", "kubeReserved"),
  "system-reserved": setting("map", "systemReserved"),
  "eviction-hard": setting("map", "evictionHard"),
  "fail-swap-on": setting("boolean", "failSwapOn"),
  "max-pods": setting("number", "maxPods"),
  "pod-max-pids": setting("number", "podPidsLimit"),
  "resolv-conf": setting("string", "resolvConf"),
  "serialize-image-pulls": setting("boolean", "serializeImagePulls"),
  "sync-frequency": setting("string", "syncFrequency"),
  "file-check-frequency": setting("string", "fileCheckFrequency"),
  "node-status-update-frequency": setting("string", "nodeStatusUpdateFrequency"),
  "image-gc-high-threshold": setting("number", "imageGCHighThresholdPercent"),
  "image-gc-low-threshold": setting("number", "imageGCLowThresholdPercent"),
  "minimum-image-ttl-duration": setting("string", "imageMinimumGCAge"),
  "container-log-max-size": setting("string", "containerLogMaxSize"),
  "container-log-max-files": setting("number", "containerLogMaxFiles"),
  "allowed-unsafe-sysctls": setting("strings", "allowedUnsafeSysctls"),
  "seccomp-default": setting("boolean", "seccompDefault"),
  "protect-kernel-defaults": setting("boolean", "protectKernelDefaults"),
  "runtime-request-timeout": ignored,
  "feature-gates": ignored,
  "pod-infra-container-image": ignored,
  "runtime-cgroups": ignored,
  "cloud-provider": ignored,
};

const noFlags: OwnFlags = {
  config: "",
  kubeconfig: "",
  bootstrapKubeconfig: "",
  certDir: "",
  rootDir: "/var/lib/kubelet",
  nodeIp: "",
  hostnameOverride: "",
  nodeLabels: {},
  version: false,
};

/** Parses argv (without program and script) as pflag does; throws KUBELET_FLAG for an unknown or malformed flag. */
export function parseFlags(argv: readonly string[]): Flags {
  const settings = new Map<string, unknown>();
  const mine: Record<string, unknown> = { ...noFlags };
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const match = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word);
    if (!match?.[1]) throw flagError(`unknown command ${word}`, word);
    const name = match[1];
    const flag = flagTable[name];
    if (!flag) throw flagError(`unknown flag: --${name}`, word);
    const text = match[2] ?? (flag.kind === "boolean" ? "true" : rest.shift());
    if (text === undefined) throw flagError(`flag needs an argument: --${name}`, word);
    const value = readValue(name, flag.kind, text);
    if (flag.own) mine[flag.own] = value;
    if (flag.setting) settings.set(flag.setting, value);
  }
  return { own: mine as OwnFlags, settings };
}

function readValue(name: string, kind: FlagKind, text: string): unknown {
  switch (kind) {
    case "string":
    case "ignored":
      return text;
    case "boolean":
      if (!/^(true|false|1|0|t|f)$/i.test(text)) throw flagError(`invalid value "${text}" for --${name}`, text);
      return /^(true|1|t)$/i.test(text);
    case "number":
      if (!/^-?\d+$/.test(text)) throw flagError(`invalid value "${text}" for --${name}`, text);
      return Number(text);
    case "strings":
      return text.split(",").filter(Boolean);
    case "map":
      return Object.fromEntries(
        text
          .split(",")
          .filter(Boolean)
          .map((pair) => keyValue(name, pair)),
      );
    case "taints":
      return text.split(",").filter(Boolean).map(parseTaint);
    default:
      return kind satisfies never;
  }
}

function keyValue(name: string, pair: string): [string, string] {
  const match = /^([^=<]+)(?:=|<)(.*)$/.exec(pair);
  if (!match) throw flagError(`invalid value "${pair}" for --${name}: not key=value`, pair);
  return [match[1] ?? "", match[2] ?? ""];
}

/** `key=value:Effect` or `key:Effect`. */
export function parseTaint(text: string): Taint {
  const match = /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text);
  if (!match) throw flagError(`invalid taint spec: ${text}`, text);
  const [, key = "", value, effect] = match;
  return { key, ...(value ? { value } : {}), effect: effect as Taint["effect"] };
}

function flagError(message: string, tried: string): SlipwayError {
  return new SlipwayError({ code: "KUBELET_FLAG", exit: "usage", message, tried });
}
