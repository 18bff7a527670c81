import { list, object, optional, required, withDefault } from "./schema/compound.ts";
import type { Read } from "./schema/node.ts";
import { absolutePath, httpUrl, registryName, sha256, variableName } from "./schema/rules.ts";
import { flag, integer, text, word } from "./schema/scalar.ts";

const archive = object({
  source: required(
    text({ example: "./containerd-2.1.4-linux-amd64.tar.gz", expandsEnv: true }),
    "A local file, relative to this one, or an https URL.",
  ),
  sha256: required(text({ rule: sha256, example: "0".repeat(64) }), "What it must hash to."),
});

const archives = object({
  containerd: required(archive, "containerd's release archive, which holds bin/."),
  runc: required(archive, "The runc program."),
  cniPlugins: required(archive, "The release archive of the CNI plugins."),
});

const passwordSource = object({
  env: optional(text({ rule: variableName, example: "REGISTRY_PASSWORD" }), "The environment variable that holds it."),
  file: optional(text({ example: "~/.registry-password" }), "A file that holds nothing else."),
});

const mirror = object({
  url: required(text({ rule: httpUrl, example: "https://mirror.example.com", expandsEnv: true }), "The mirror's URL."),
  caFile: optional(text({ example: "./mirror-ca.pem" }), "The authority that signed its certificate, in PEM."),
  skipVerify: withDefault(flag(), false, "Take its certificate unseen."),
});

const registry = object({
  name: required(
    text({ rule: registryName, example: "docker.io", expandsEnv: true }),
    "The registry, as image names begin.",
  ),
  mirrors: withDefault(list(mirror), [], "Asked before the registry, in this order."),
  caFile: optional(text({ example: "./registry-ca.pem" }), "The authority that signed its certificate, in PEM."),
  username: optional(
    text({ example: "robot", expandsEnv: true }),
    "The user to log in as; a mirror that asks for one is a registry of its own in this list.",
  ),
  password: optional(passwordSource, "Where that user's password comes from."),
});

/** `spec.runtime` of the cluster file. */
export const runtime = object({
  engine: withDefault(word("containerd"), "containerd", "The container runtime to install."),
  install: withDefault(
    word("packages", "archives", "none"),
    "packages",
    "packages of the host's distribution, release archives that you name, or none: what is there is used.",
  ),
  archives: optional(archives, "The release archives, for install: archives."),
  socket: optional(
    text({ rule: absolutePath, example: "/run/crio/crio.sock" }),
    "The runtime's socket, for install: none; the one that is found unless given.",
  ),
  registries: withDefault(list(registry), [], "Mirrors, authorities and credentials of registries."),
  maxConcurrentDownloads: optional(
    integer({ min: 1, max: 100, example: 5 }),
    "Layers of one image to pull at a time; 3 unless given.",
  ),
  openFiles: optional(
    integer({ min: 1024, max: 1_073_741_816, example: 1_048_576 }),
    "File descriptors that the runtime may open; its unit's own limit unless given.",
  ),
});

export type RuntimeSettings = Read<typeof runtime>;
export type ArchiveSettings = Read<typeof archive>;
export type RegistrySettings = Read<typeof registry>;
