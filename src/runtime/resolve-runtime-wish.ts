import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { messageOf, SlipwayError } from "../base/errors.ts";
import type { ArchiveSettings, RegistrySettings, RuntimeSettings } from "../config/cluster/runtime-kind.ts";
import { readSecret } from "../hosts/secret.ts";
import type { Surroundings } from "../hosts/surroundings.ts";
import { checkedArchive } from "./checked-archive.ts";
import { configFormatOfArchive } from "./containerd/archive-format.ts";
import type { RegistryWish, RuntimeInstall, RuntimeWish } from "./runtime-wish.ts";

/** Where what the settings refer to is read from and kept. */
export type ResolvePlace = {
  /** The cluster file's folder: local paths in it are relative to that. */
  readonly folder: string;
  /** Where downloaded archives are kept. */
  readonly cache: string;
  readonly around: Surroundings;
};

/** Reads the files, secrets and archives that `spec.runtime` names. */
export async function resolveRuntimeWish(settings: RuntimeSettings, place: ResolvePlace): Promise<RuntimeWish> {
  const { registries, maxConcurrentDownloads, openFiles } = settings;
  const resolved = registries.map(async (one) => [one.name, await registryWish(one, place)] as const);
  return {
    install: await installOf(settings, place),
    registries: Object.fromEntries(await Promise.all(resolved)),
    ...(maxConcurrentDownloads ? { maxConcurrentDownloads } : {}),
    ...(openFiles ? { openFiles } : {}),
  };
}

async function installOf({ install, archives, socket }: RuntimeSettings, place: ResolvePlace): Promise<RuntimeInstall> {
  switch (install) {
    case "packages":
      return { kind: "packages" };
    case "none":
      return { kind: "none", ...(socket ? { socket } : {}) };
    case "archives": {
      if (!archives) throw invalid("install: archives needs the archives", "add spec.runtime.archives");
      const archive = (settings: ArchiveSettings) =>
        checkedArchive({ ...settings, folder: place.folder, cache: join(place.cache, "archives") });
      const { runc, cniPlugins } = archives;
      const containerd = await archive(archives.containerd);
      return {
        kind: "archives",
        containerd: { ...containerd, configFormat: await configFormatOfArchive(containerd.file) },
        runc: await archive(runc),
        cniPlugins: await archive(cniPlugins),
      };
    }
    default:
      return install satisfies never;
  }
}

async function registryWish(settings: RegistrySettings, place: ResolvePlace): Promise<RegistryWish> {
  const { name, username, password } = settings;
  const pem = async (path: string | undefined) => (path ? { ca: await readPem(resolve(place.folder, path)) } : {});
  const mirrors = settings.mirrors.map(async ({ url, caFile, skipVerify }) => ({
    url,
    ...(await pem(caFile)),
    ...(skipVerify ? { skipVerify } : {}),
  }));
  return {
    mirrors: await Promise.all(mirrors),
    ...(await pem(settings.caFile)),
    ...(username ? { credentials: { username, password: await passwordOf(name, password, place) } } : {}),
  };
}

async function passwordOf(name: string, source: RegistrySettings["password"], place: ResolvePlace): Promise<string> {
  if (source?.env) return readSecret({ kind: "env", name: source.env }, `password of ${name}`, place.around);
  if (!source?.file) throw invalid(`registry ${name} has a user and no password`, "say where its password comes from");
  const path = source.file.replace(/^~\//, `${place.around.home}/`);
  return readSecret({ kind: "file", path: resolve(place.folder, path) }, `password of ${name}`, place.around);
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    throw invalid(`the authority ${path} can't be read: ${messageOf(thrown)}`, "correct caFile");
  }
}

function invalid(message: string, remedy: string): SlipwayError {
  return new SlipwayError({ code: "CONFIG_INVALID", exit: "configuration", message, remedy });
}
