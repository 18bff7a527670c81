import { readFile, writeFile } from "node:fs/promises";

/** The kernel's default of 128 for all of root's processes together ends with the second host: each systemd takes dozens. */
const enough = 8192;
const path = "/proc/sys/fs/inotify/max_user_instances";

/** Raises this machine's limit of inotify instances where it is too low for many systems on one kernel; never lowers it. */
export async function ensureInotify(): Promise<void> {
  if (Number(await readFile(path, "utf8")) < enough) await writeFile(path, String(enough));
}
