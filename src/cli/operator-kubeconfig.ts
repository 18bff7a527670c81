import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { SlipwayError } from "../base/errors.ts";
import type { Kubeconfig } from "../kubeconfig/kubeconfig.ts";
import { mergeKubeconfig } from "../kubeconfig/merge-kubeconfig.ts";

/** Where kubectl writes: the first file of $KUBECONFIG, else ~/.kube/config. */
export function operatorKubeconfigPath(): string {
  const [first] = (process.env.KUBECONFIG ?? "").split(":").filter((path) => path !== "");
  return first ?? join(homedir(), ".kube/config");
}

/**
 * Brings a kubeconfig into the operator's own, atomically and only readable by the owner. Takes the lock file that kubectl takes
 * (`<path>.lock`), so that neither loses the other's change. Throws KUBECONFIG_LOCKED.
 */
export async function mergeIntoFile(path: string, incoming: Kubeconfig): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const lock = `${path}.lock`;
  const held = await open(lock, "wx").catch(() => {
    throw locked(lock);
  });
  const temporary = `${path}.slipway-${process.pid}`;
  try {
    const merged = mergeKubeconfig(await existingText(path), incoming);
    // no living process has this number: one that was killed in the middle had it, before a reboot perhaps
    await rm(temporary, { force: true });
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(merged);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } finally {
    await held.close();
    await Promise.all([rm(temporary, { force: true }), rm(lock, { force: true })]);
  }
}

async function existingText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw thrown;
  }
}

function locked(lock: string): SlipwayError {
  return new SlipwayError({
    code: "KUBECONFIG_LOCKED",
    exit: "failure",
    message: "another program is writing the kubeconfig",
    got: `${lock} exists`,
    remedy: `wait until it is done; if no program runs any more, remove ${lock}`,
  });
}
