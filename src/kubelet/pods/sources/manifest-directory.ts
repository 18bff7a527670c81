import type { FSWatcher } from "node:fs";
import { watch } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { timerDelay } from "../../../base/timer-delay.ts";
import type { Pod } from "../../api/pod.ts";
import type { Log } from "../../log.ts";
import { staticPod } from "./static-pod.ts";

export type ManifestDirectory = { stop(): void };

type Options = {
  readonly path: string;
  readonly nodeName: string;
  readonly everyMs: number;
  readonly log: Log;
  readonly now: () => Date;
  /** Called with all static pods, first when the directory was read once and then after each change. */
  readonly onPods: (pods: readonly Pod[]) => void;
};

type Known = { readonly stamp: string; readonly pod: Pod | undefined };

/** Time for an editor's second event about the same file to arrive. */
const settleMs = 2;

/** Reads static pods from a directory: at once, after each inotify event, and every `everyMs` in case one got lost. */
export function watchManifests({ path, nodeName, everyMs, log, now, onPods }: Options): ManifestDirectory {
  const known = new Map<string, Known>();
  let watcher: FSWatcher | undefined;
  let settling: NodeJS.Timeout | undefined;
  let reading: Promise<void> = Promise.resolve();
  let first = true;

  const read = async () => {
    ensureWatching();
    const names = await manifestNames(path);
    const changed = await Promise.all(names.map((name) => readOne(name)));
    const gone = [...known.keys()].filter((name) => !names.includes(name));
    for (const name of gone) known.delete(name);
    if (!first && gone.length === 0 && !changed.includes(true)) return;
    first = false;
    onPods(
      distinct(
        [...known.values()].flatMap(({ pod }) => pod ?? []),
        log,
      ),
    );
  };

  const readOne = async (name: string): Promise<boolean> => {
    const file = join(path, name);
    const info = await stat(file).catch(() => undefined);
    if (!info?.isFile()) return known.delete(name);
    const stamp = `${info.ino} ${info.mtimeMs} ${info.ctimeMs} ${info.size}`;
    const before = known.get(name);
    if (before?.stamp === stamp) return false;
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) return known.delete(name);
    const result = staticPod(text, { nodeName, path: file, seenAt: now().toISOString() });
    if (result.kind === "invalid") log.error("Could not process manifest file", { path: file, err: result.problem });
    // A broken file keeps the pod that its last good content made, as long as it stands there.
    const pod = result.kind === "pod" ? keepSeen(result.pod, before?.pod) : before?.pod;
    known.set(name, { stamp, pod });
    return pod?.metadata.uid !== before?.pod?.metadata.uid;
  };

  const schedule = () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      reading = reading.then(read).catch((thrown) => log.error("Could not read static pods", { path, err: thrown }));
    }, settleMs);
  };

  function ensureWatching() {
    if (watcher) return;
    try {
      watcher = watch(path, schedule);
      watcher.on("error", () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      watcher = undefined;
    }
  }

  schedule();
  const ticker = setInterval(schedule, timerDelay(everyMs));
  return {
    stop: () => {
      clearInterval(ticker);
      clearTimeout(settling);
      watcher?.close();
    },
  };
}

async function manifestNames(path: string): Promise<string[]> {
  const names = await readdir(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return [];
    throw thrown;
  });
  return names.filter((name) => !name.startsWith(".")).sort();
}

/** The same content keeps the time when it was first seen. */
function keepSeen(pod: Pod, before: Pod | undefined): Pod {
  return before !== undefined && before.metadata.uid === pod.metadata.uid ? before : pod;
}

/** Two files can't give the same pod: the first by name wins. */
function distinct(pods: readonly Pod[], log: Log): Pod[] {
  const byName = new Map<string, Pod>();
  for (const pod of pods) {
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    if (byName.has(name)) log.error("Pod appears in more than one manifest; ignoring the later one", { pod: name });
    else byName.set(name, pod);
  }
  return [...byName.values()];
}
