import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";

export type PayloadFile = { readonly content: Uint8Array; readonly mode: number };
/** Files by their path relative to the volume. */
export type Payload = ReadonlyMap<string, PayloadFile>;

const dataLink = "..data";

/**
 * Makes a volume's files those of the payload, all at once: they are written to a dated directory that a link then points
 * to (volume/util/atomic_writer.go). Gives whether anything changed.
 */
export async function writePayload(
  target: string,
  payload: Payload,
  prepare: (directory: string) => Promise<void> = async () => undefined,
): Promise<boolean> {
  const current = await readlink(join(target, dataLink)).catch(() => undefined);
  if (current !== undefined && (await holds(join(target, current), payload))) return false;
  const directory = await mkdtemp(join(target, `..${stamp(new Date())}.`));
  await chmod(directory, 0o755);
  await writeFiles(directory, payload);
  await prepare(directory);
  await symlink(directory.slice(target.length + 1), join(target, `${dataLink}_tmp`));
  await rename(join(target, `${dataLink}_tmp`), join(target, dataLink));
  await linkNames(target, payload);
  if (current !== undefined) await rm(join(target, current), { recursive: true, force: true });
  return true;
}

async function writeFiles(directory: string, payload: Payload): Promise<void> {
  for (const [path, { content, mode }] of payload) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, content, { mode });
    // The umask must not take bits away.
    await chmod(file, mode);
  }
}

async function holds(directory: string, payload: Payload): Promise<boolean> {
  const present = await filesBelow(directory, "");
  if (present.length !== payload.size) return false;
  for (const path of present) {
    const wanted = payload.get(path);
    if (!wanted) return false;
    const [content, { mode }] = await Promise.all([readFile(join(directory, path)), stat(join(directory, path))]);
    if ((mode & wanted.mode) !== wanted.mode || !content.equals(wanted.content)) return false;
  }
  return true;
}

async function filesBelow(directory: string, prefix: string): Promise<string[]> {
  const entries = await readdir(join(directory, prefix), { withFileTypes: true }).catch(() => []);
  const nested = entries.map((entry) =>
    entry.isDirectory() ? filesBelow(directory, join(prefix, entry.name)) : [join(prefix, entry.name)],
  );
  return (await Promise.all(nested)).flat();
}

/** The names that containers see are links through the data link, made for each top-level name. */
async function linkNames(target: string, payload: Payload): Promise<void> {
  const wanted = new Set([...payload.keys()].map((path) => path.split("/")[0] ?? path));
  const present = (await readdir(target)).filter((name) => !name.startsWith(".."));
  for (const name of present) if (!wanted.has(name)) await unlink(join(target, name));
  for (const name of wanted) {
    if (!present.includes(name)) await symlink(join(dataLink, name), join(target, name));
  }
}

/** `2026_11_21_08_55_07`, as upstream names its directories. */
function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/[-T:]/g, "_");
}
