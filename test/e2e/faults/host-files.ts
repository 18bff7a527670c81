import type { Journal } from "../../../src/phases/engine/journal/journal.ts";
import { statePaths } from "../../../src/phases/engine/state-directory.ts";
import type { TestLab } from "../fixtures/lab.ts";

/** What stands on a host where Slipway writes. */
export type HostFiles = {
  /** sha256 by path. */
  readonly hashes: ReadonlyMap<string, string>;
  /** What writing leaves when it does not come to its end: files beside their target, scratch folders, unfinished locks. */
  readonly temporaries: readonly string[];
  /** Uploads that broke: the next run goes on from them. */
  readonly partialUploads: readonly string[];
};

const script = `
find /etc /opt/slipway /usr/bin/kubelet /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env -type f -print0 |
  xargs -0 sha256sum --
folders='/etc /opt /usr/bin /usr/local /var/lib/slipway /var/lib/kubelet /var/lib/etcd /run/slipway /dev/shm /tmp'
find $folders -name '.*.slipway-[0-9]*' -o -name 'slipway.????????' -o -name 'lock.??????' | sed 's/^/temporary /'
find $folders -name '.*.slipway-part.??????' | sed 's/^/partial /'
`;

export async function filesOf(lab: TestLab, host: string): Promise<HostFiles> {
  // folders that are not there yet are no error
  const { stdout } = await lab.exec(host, ["sh", "-c", `{ ${script} } 2>/dev/null`]);
  const lines = stdout.split("\n");
  const after = (word: string) => lines.flatMap((line) => (line.startsWith(word) ? [line.slice(word.length)] : []));
  const hashes = lines.flatMap((line) => {
    const [, hash, path] = /^([0-9a-f]{64}) {2}(.*)$/.exec(line) ?? [];
    return hash && path ? [[path, hash] as const] : [];
  });
  return { hashes: new Map(hashes), temporaries: after("temporary "), partialUploads: after("partial ") };
}

/** The files that a host's journal says are Slipway's and whole. */
export async function journaledFiles(lab: TestLab, host: string): Promise<readonly string[]> {
  const { entries } = JSON.parse(await lab.run(host, ["cat", statePaths.journal])) as Journal;
  return entries.flatMap(({ id }) => (id.startsWith("file:") ? [id.slice("file:".length)] : []));
}
