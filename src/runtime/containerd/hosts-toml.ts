import { createHash } from "node:crypto";
import type { RegistryWish } from "../runtime-wish.ts";
import { certsDirectory } from "./config.ts";
import { type TomlTable, toml } from "./toml.ts";

/** The files of one registry under certs.d (containerd docs/hosts.md): where to ask, and whom to trust. */
export function registryFiles(
  registry: string,
  { mirrors, ca }: RegistryWish,
): readonly { readonly path: string; readonly content: string }[] {
  const folder = `${certsDirectory}/${registry}`;
  const server = registry === "docker.io" ? "https://registry-1.docker.io" : `https://${registry}`;
  const hosts = mirrors.map(({ url, ca: own, skipVerify }): [string, TomlTable] => [
    url,
    { capabilities: ["pull", "resolve"], ca: own && caPath(folder, own), skip_verify: skipVerify },
  ]);
  const authorities = [...mirrors.map((mirror) => mirror.ca), ca].filter((pem) => pem !== undefined);
  return [
    {
      path: `${folder}/hosts.toml`,
      content: toml({ server, ca: ca && caPath(folder, ca), host: Object.fromEntries(hosts) }),
    },
    ...[...new Set(authorities)].map((pem) => ({ path: caPath(folder, pem), content: pem })),
  ];
}

function caPath(folder: string, pem: string): string {
  return `${folder}/ca-${createHash("sha256").update(pem).digest("hex").slice(0, 8)}.crt`;
}
