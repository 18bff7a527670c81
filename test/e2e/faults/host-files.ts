import type { Journal } from "../../../src/phases/engine/journal/journal.ts";
import { statePaths } from "../../../src/phases/engine/state-directory.ts";
import type { TestLab } from "../fixtures/lab.ts";

/** sha256 of files by path. */
export type Hashes = ReadonlyMap<string, string>;

const written = "/etc /opt/slipway /usr/bin/kubelet /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env";

/** The files that stand where Slipway writes files. */
export async function hashesOf(lab: TestLab, host: string): Promise<Hashes> {
  const { stdout } = await lab.exec(host, [
    "sh",
    "-c",
    `find ${written} -type f -print0 2>/dev/null | xargs -0 sha256sum --`,
  ]);
  const lines = stdout.split("\n").filter(Boolean);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/** The files that a host's journal says are Slipway's and whole. */
export async function filesOf(lab: TestLab, host: string): Promise<readonly string[]> {
  const { entries } = JSON.parse(await lab.run(host, ["cat", statePaths.journal])) as Journal;
  return entries.flatMap(({ id }) => (id.startsWith("file:") ? [id.slice("file:".length)] : []));
}

const folders =
  "/etc /opt /usr/bin /usr/local /var/lib/slipway /var/lib/kubelet /var/lib/etcd /run/slipway /dev/shm /tmp";
const find = (names: readonly string[]) =>
  `find ${folders} \\( ${names.map((name) => `-name '${name}'`).join(" -o ")} \\) -print 2>/dev/null || true`;

/** What writing leaves when it does not come to its end: files beside their target, scratch folders, unfinished locks. */
const temporaries = find([".*.slipway-[0-9]*", "slipway.????????", "lock.??????"]);
/** Uploads that broke: the next run goes on from them. */
const partials = find([".*.slipway-part.??????"]);

export async function temporariesOf(lab: TestLab, host: string): Promise<readonly string[]> {
  return linesOf(await lab.run(host, ["sh", "-c", temporaries]));
}

export async function partialUploadsOf(lab: TestLab, host: string): Promise<readonly string[]> {
  return linesOf(await lab.run(host, ["sh", "-c", partials]));
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter(Boolean);
}
