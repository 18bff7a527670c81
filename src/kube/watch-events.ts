import type { Readable } from "node:stream";
import { ApiError, type Status } from "./api-error.ts";
import type { WatchEvent } from "./client.ts";
import type { KubeObject } from "./object.ts";

/** The events of a watch's body: one JSON object a line. An ERROR event rejects with ApiError. */
export async function* watchEvents<T extends KubeObject>(body: Readable, tried: string): AsyncIterable<WatchEvent<T>> {
  for await (const line of lines(body)) {
    const event = JSON.parse(line) as WatchEvent<T> | { type: "ERROR"; object: Status };
    if (event.type === "ERROR") throw new ApiError(event.object.code ?? 500, event.object, tried);
    yield event;
  }
}

async function* lines(body: Readable): AsyncIterable<string> {
  let rest: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]).toString();
      rest = [];
      start = end + 1;
      if (line.trim() !== "") yield line;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
}
