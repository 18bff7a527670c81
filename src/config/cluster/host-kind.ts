import { list, object, optional, required, shorthand, shown, withDefault } from "./schema/compound.ts";
import type { JsonSchema, Read } from "./schema/node.ts";
import {
  absolutePath,
  fileMode,
  fileOwner,
  ipAddress,
  labelKey,
  labelValue,
  nodeName,
  variableName,
} from "./schema/rules.ts";
import { dictionary, flag, free, text, word } from "./schema/scalar.ts";
import { secret, ssh } from "./ssh-kind.ts";

export const roles = ["control-plane", "worker", "control-plane+worker"] as const;
export type Role = (typeof roles)[number];

const taintText = /^(?<key>[^=:]+)(=(?<value>[^:]*))?:(?<effect>\w+)$/;

const taint = shorthand(
  object({
    key: required(text({ rule: labelKey, example: "dedicated" }), "The taint's key."),
    value: optional(text({ rule: labelValue, example: "database" }), "The taint's value."),
    effect: required(word("NoSchedule", "PreferNoSchedule", "NoExecute"), "What it does to pods."),
  }),
  {
    schema: { type: "string", pattern: taintText.source.replace(/\?<\w+>/g, "") },
    expand: (value) => (typeof value === "string" ? taintText.exec(value)?.groups : undefined),
  },
);

const file = object({
  src: optional(text({ example: "./registries.conf", expandsEnv: true }), "A local file, relative to this one."),
  content: optional(text({ example: "hello" }), "The content itself, instead of src."),
  dst: required(text({ rule: absolutePath, example: "/etc/example.conf" }), "Where it goes on the host."),
  perm: withDefault(text({ rule: fileMode }), "0644", "Its mode, octal, in quotes."),
  owner: withDefault(text({ rule: fileOwner }), "root:root", "Its user and group."),
});

const hooks = object({
  before: withDefault(
    list(text({ example: "echo preparing" })),
    [],
    "Shell commands that come first; each runs once, and again when its text changes.",
  ),
  after: withDefault(
    list(text({ example: "echo done" })),
    [],
    "Shell commands that come last; each runs once, and again when its text changes.",
  ),
});

const kubelet = object({
  extraArgs: withDefault(
    list(
      object({
        name: required(text({ example: "node-ip" }), "The flag without dashes."),
        value: required(text({ example: "192.0.2.11" }), "Its value."),
      }),
    ),
    [],
    "Flags of this host's kubelet, as kubeadm's kubeletExtraArgs.",
  ),
  config: optional(free({ maxPods: 200 }), "Fields of KubeletConfiguration that differ on this host."),
});

const fields = {
  name: shown(
    optional(text({ rule: nodeName, example: "cp1" }), "The node's name; the host's own hostname unless given."),
  ),
  role: shown(
    optional(
      word(...roles),
      "What the host does; the first host is the control plane and the others are workers unless given.",
    ),
  ),
  ssh: shown(optional(ssh, "How to reach it by SSH.")),
  localhost: optional(
    shorthand(object({ enabled: withDefault(flag(), true, "Whether this is the machine that slipway runs on.") }), {
      schema: { type: "boolean" },
      expand: (value) => (typeof value === "boolean" ? { enabled: value } : undefined),
    }),
    "This machine, instead of ssh.",
  ),
  sudoPassword: optional(secret, "Where the sudo password comes from; the login password unless given."),
  privateAddress: optional(
    text({ rule: ipAddress, example: "10.0.0.11", expandsEnv: true }),
    "The address that the nodes use among themselves.",
  ),
  privateInterface: optional(
    text({ example: "eth1" }),
    "The interface whose address that is, instead of privateAddress.",
  ),
  labels: withDefault(
    dictionary(labelText(), { key: labelKey, example: { "example.com/zone": "a" } }),
    {},
    "Labels of the node.",
  ),
  annotations: withDefault(
    dictionary(anyText(), { key: labelKey, example: { "example.com/owner": "ops" } }),
    {},
    "Annotations of the node.",
  ),
  taints: optional(
    list(taint),
    "Taints of the node; control planes get kubeadm's unless given, an empty list means none.",
  ),
  environment: withDefault(
    dictionary(text({ expandsEnv: true }), { key: variableName, example: { HTTPS_PROXY: "http://192.0.2.1:3128" } }),
    {},
    "Environment of the container runtime, the kubelet, apt and hooks on this host, such as proxies.",
  ),
  files: withDefault(list(file), [], "Files to put on the host before its node starts."),
  hooks: optional(hooks, "Shell commands around the work on this host."),
  kubelet: optional(kubelet, "What differs for this host's kubelet."),
};

/** A host may be written as `user@address:port` when there is no more to say. */
export const host = shorthand(object(fields), {
  schema: { type: "string", description: "user@address:port; user and port may be left out." } satisfies JsonSchema,
  expand: (value) => (typeof value === "string" ? fromDestination(value) : undefined),
});

export type HostSpec = Read<typeof host>;
export type FileSpec = Read<typeof file>;

/** `localhost`, or an ssh destination; an IPv6 address with a port stands in brackets. */
function fromDestination(value: string): unknown {
  if (value === "localhost") return { localhost: true };
  const { user, bracketed, plain, port } =
    /^((?<user>[^@]+)@)?(\[(?<bracketed>[^\]]+)\]|(?<plain>[^:]+|[^:]*:[^:]*:.*?))(:(?<port>\d+))?$/.exec(value)
      ?.groups ?? {};
  return { ssh: { address: bracketed ?? plain ?? value, ...(user && { user }), ...(port && { port: Number(port) }) } };
}

function labelText() {
  return emptiable(text({ rule: labelValue }));
}

function anyText() {
  return emptiable(text());
}

/** Labels and annotations may be empty, unlike other text. */
function emptiable(node: ReturnType<typeof text>): ReturnType<typeof text> {
  return {
    ...node,
    read: (value, at) => (value === "" ? "" : node.read(value, at)),
    jsonSchema: { ...node.jsonSchema, minLength: 0 },
  };
}
