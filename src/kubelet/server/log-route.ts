import type { ServerResponse } from "node:http";
import { roomOrEnd } from "../../kube/serving/room-or-end.ts";
import type { ContainerRecord } from "../cri/pod-runtime.ts";
import type { StatusStore } from "../status/status-store.ts";
import { logLines } from "./log-file.ts";
import type { LogFormat } from "./log-line.ts";
import { parseLogLine, renderLogLine } from "./log-line.ts";
import { type LogWish, loggedContainer } from "./logged-container.ts";
import type { PodLookup } from "./pod-lookup.ts";
import type { Request, Route } from "./route.ts";
import { HttpError } from "./route.ts";

type LogOptions = LogFormat & {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
};

export type LogSources = {
  readonly lookup: PodLookup;
  readonly statuses: Pick<StatusStore, "get">;
  readonly now: () => number;
};

/** GET /containerLogs/<namespace>/<pod>/<container> with the options of `kubectl logs`. */
export function logRoute(sources: LogSources): Route {
  const { lookup, now } = sources;
  return {
    name: "containerLogs",
    async respond({ incoming, path, query }: Request, response: ServerResponse) {
      const [namespace = "", name = "", container = ""] = path;
      const options = logOptions(query, now());
      const record = await findRecord(sources, { pod: name, container, previous: options.previous }, namespace);
      const ended = new AbortController();
      response.on("close", () => ended.abort());
      incoming.on("error", () => ended.abort());
      // gone while the container was looked for: nobody would ever end the following
      if (response.destroyed) ended.abort();
      response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" });
      response.flushHeaders();
      await send(response, record, {
        ...options,
        signal: ended.signal,
        isOpen: () => isRunning(lookup, path, record.id),
      });
      response.end();
    },
  };
}

async function findRecord(
  { lookup, statuses }: LogSources,
  wish: LogWish,
  namespace: string,
): Promise<ContainerRecord> {
  const { pod, runtime } = await lookup.pod(namespace, wish.pod);
  const id = loggedContainer(statuses.get(pod), wish);
  const record = runtime.containers.find((one) => id.endsWith(`://${one.id}`));
  if (!record) throw new HttpError(400, `unable to retrieve container logs for ${id}`);
  return record;
}

async function isRunning(
  lookup: PodLookup,
  [namespace = "", name = ""]: readonly string[],
  id: string,
): Promise<boolean> {
  const found = await lookup.pod(namespace, name).catch(() => undefined);
  return found?.runtime.containers.some((one) => one.id === id && one.state === "running") ?? false;
}

async function send(
  response: ServerResponse,
  record: ContainerRecord,
  options: LogOptions & { signal: AbortSignal; isOpen: () => Promise<boolean> },
): Promise<void> {
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  let continues = false;
  for await (const bytes of logLines(record.logPath, options)) {
    const line = parseLogLine(bytes);
    if (!line) continue;
    const rendered = renderLogLine(line, options, continues);
    continues = !line.isWhole;
    const piece = rendered.subarray(0, left);
    left -= piece.length;
    if (piece.length > 0 && !response.write(piece)) await roomOrEnd(response);
    if (left <= 0) return;
  }
}

function logOptions(query: URLSearchParams, nowMs: number): LogOptions {
  const isOn = (name: string) => /^(1|true)$/.test(query.get(name) ?? "");
  const sinceSeconds = positive(query, "sinceSeconds");
  const sinceTime = query.get("sinceTime");
  const stream = query.get("stream")?.toLowerCase();
  return {
    follow: isOn("follow"),
    previous: isOn("previous"),
    timestamps: isOn("timestamps"),
    tailLines: positive(query, "tailLines"),
    limitBytes: positive(query, "limitBytes"),
    sinceMs: sinceSeconds !== undefined ? nowMs - sinceSeconds * 1000 : sinceTime ? Date.parse(sinceTime) : undefined,
    stream: stream === "stdout" || stream === "stderr" ? stream : undefined,
  };
}

function positive(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new HttpError(400, `invalid ${name}: ${text}`);
  return value;
}
