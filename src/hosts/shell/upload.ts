import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { UploadOptions, UploadResult } from "../host.ts";
import { uploadAttributes, uploadReceive, uploadState } from "./upload-script.ts";

/** Runs one script on the host and gives what it printed; rejects when it ends with another code than 0. */
export type ScriptRunner = (script: string, stdin?: Readable) => Promise<string>;

/** Bytes to read from disk at a time: as many as an SSH window takes in a few packets. */
const chunkBytes = 256 * 1024;

/** Sends a file: nothing when it is there already, the rest of it when a part of it is, else all of it. */
export async function upload(
  source: string,
  path: string,
  { run, options }: { run: ScriptRunner; options: UploadOptions },
): Promise<UploadResult> {
  const { size } = await stat(source);
  const target = { path, mode: options.mode, owner: options.owner ?? "root:root" };
  const there = parseState(await run(uploadState(path, size)));
  if (there.target && there.target.sha256 === (await hashOf(source, size)).digest("hex")) {
    await run(uploadAttributes(target));
    return { kind: "unchanged" };
  }
  const { offset, hash } = await resumePoint(source, there.part);
  const body = contentThenHash(source, { offset, hash, onSent: (bytes) => options.onProgress?.(offset + bytes, size) });
  await run(uploadReceive(target, { offset, length: size - offset }), Readable.from(body, { objectMode: false }));
  return { kind: "sent", bytes: size - offset };
}

type Existing = { readonly size: number; readonly sha256: string };

function parseState(output: string): { target?: Existing; part?: Existing } {
  return Object.fromEntries(
    output.split("\n").flatMap((line) => {
      const [what, size, sha256] = line.split(" ");
      return what && sha256 ? [[what, { size: Number(size), sha256 }]] : [];
    }),
  );
}

/** Goes on after a partial file that is a true beginning of the source. */
async function resumePoint(source: string, part: Existing | undefined): Promise<{ offset: number; hash: Hash }> {
  if (part) {
    const hash = await hashOf(source, part.size);
    if (hash.copy().digest("hex") === part.sha256) return { offset: part.size, hash };
  }
  return { offset: 0, hash: createHash("sha256") };
}

async function hashOf(source: string, size: number): Promise<Hash> {
  const hash = createHash("sha256");
  if (size === 0) return hash;
  for await (const chunk of createReadStream(source, { end: size - 1, highWaterMark: chunkBytes })) hash.update(chunk);
  return hash;
}

async function* contentThenHash(
  source: string,
  { offset, hash, onSent }: { offset: number; hash: Hash; onSent: (bytes: number) => void },
): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of createReadStream(source, { start: offset, highWaterMark: chunkBytes })) {
    hash.update(chunk);
    yield chunk;
    sent += chunk.length;
    onSent(sent);
  }
  yield Buffer.from(`${hash.digest("hex")}\n`);
}
