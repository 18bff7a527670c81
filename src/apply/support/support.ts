import { messageOf } from "../../base/errors.ts";
import { sortedYaml } from "../../base/sorted-yaml.ts";
import type { ClusterFile } from "../../config/cluster/parse-cluster.ts";
import { forEachHost } from "../../hosts/for-each-host.ts";
import type { HostSource } from "../../phases/engine/run/workflow-run.ts";
import { collectApi } from "./collect-api.ts";
import { collectHost } from "./collect-host.ts";
import type { SupportFile } from "./support-file.ts";

export type SupportOptions = {
  readonly file: ClusterFile;
  readonly sources: readonly HostSource[];
  /** How many last lines of each journal and container log. */
  readonly lines: number;
  /** Told of each host and of the API once it is done with. */
  readonly report: (text: string) => void;
};

/** Asks every host and the API what others need to find a fault; what does not answer is recorded as such. */
export async function collectSupport(options: SupportOptions): Promise<readonly SupportFile[]> {
  const { file, sources, report } = options;
  const controlNames = new Set(
    file.cluster.hosts.flatMap(({ name, isControlPlane }) => (isControlPlane ? [name] : [])),
  );
  const [hosts, api] = await Promise.all([
    collectHosts(options),
    collectApi(sources.filter(({ name }) => controlNames.has(name))),
  ]);
  report(api.kind === "up" ? `API: answered through ${api.through}` : `API: does not answer: ${api.error}`);
  const apiFiles = api.kind === "up" ? api.files : [{ path: "DOWN.txt", text: `${api.error}\n` }];
  return [
    {
      path: "summary.yaml",
      text: sortedYaml({ cluster: file.cluster.name, api: api.kind, hosts: hosts.map(summaryOf) }),
    },
    ...apiFiles.map(({ path, text }) => ({ path: `api/${path}`, text })),
    ...hosts.flatMap(({ name, files }) => files.map(({ path, text }) => ({ path: `hosts/${name}/${path}`, text }))),
  ];
}

type CollectedHost = { readonly name: string; readonly error?: string; readonly files: readonly SupportFile[] };

async function collectHosts({ sources, lines, report }: SupportOptions): Promise<readonly CollectedHost[]> {
  const outcomes = await forEachHost(sources, async ({ name, connect }) => {
    const files = await collectHost(await connect(), lines);
    report(`${name}: ${files.length} files`);
    return files;
  });
  return outcomes.map((outcome): CollectedHost => {
    const { name } = outcome.host;
    if (outcome.kind === "done") return { name, files: outcome.value };
    const error = messageOf(outcome.error);
    report(`${name}: does not answer: ${error}`);
    return { name, error, files: [{ path: "UNREACHABLE.txt", text: `${error}\n` }] };
  });
}

function summaryOf({ name, error }: CollectedHost) {
  return error === undefined ? { name, reached: true } : { name, reached: false, error };
}
