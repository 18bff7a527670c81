import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { SlipwayError } from "../../base/errors.ts";
import type { UploadOptions, UploadResult } from "../host.ts";
import type { Pieces } from "../shell/execute.ts";
import { type Brought, blockBytes, uploadAttributes, uploadReceive, uploadState } from "./upload-script.ts";

/** Runs one script on the host and gives what it printed; rejects when it ends with another code than 0. */
export type ScriptRunner = (script: string, stdin?: Pieces) => Promise<string>;

/** Bytes to read from disk at a time: half of an SSH window of OpenSSH's, so that there is always something to send. */
const chunkBytes = 1024 * 1024;

/** Sends a file: nothing when it is there already, the rest of it when a part of it is, else all of it. */
export async function upload(
  source: string,
  path: string,
  { run, options }: { run: ScriptRunner; options: UploadOptions },
): Promise<UploadResult> {
  const { size } = await stat(source).catch((thrown: NodeJS.ErrnoException) => {
    throw unreadable(source, thrown);
  });
  const target = { path, mode: options.mode, owner: options.owner ?? "root:root" };
  const there = parseState(await run(uploadState(path, size)));
  if (there.target && there.target.sha256 === (await sha256Of(source, size))) {
    await run(uploadAttributes(target));
    return { kind: "unchanged" };
  }
  const brought = await trueBeginning(source, there.part);
  const offset = brought?.bytes ?? 0;
  const tell = (sent: number) => options.onProgress?.(sent, size);
  await run(uploadReceive(target, size, brought), pieces(source, offset, tell));
  return { kind: "sent", bytes: size - offset };
}

/** The bytes of a file from `offset` on, all through one buffer: new ones would have V8 collect every few of them. */
async function* pieces(source: string, offset: number, tell: (sentBytes: number) => void): AsyncGenerator<Uint8Array> {
  const file = await open(source);
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (let at = offset; ; ) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      tell(at);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function unreadable(source: string, thrown: NodeJS.ErrnoException): SlipwayError {
  return new SlipwayError(
    {
      code: "UPLOAD_SOURCE_UNREADABLE",
      exit: "failure",
      message: "the file to upload can't be read",
      tried: source,
      got: thrown.code ?? thrown.message,
    },
    { cause: thrown },
  );
}

type Existing = { readonly name: string; readonly size: number; readonly sha256: string };

function parseState(output: string): { target?: Existing | undefined; part?: Existing | undefined } {
  const found = output.split("\n").flatMap((line): Existing[] => {
    const [name, size, sha256] = line.split(" ");
    return name && sha256 ? [{ name, size: Number(size), sha256 }] : [];
  });
  return { target: found.find(({ name }) => name === "target"), part: found.find(({ name }) => name !== "target") };
}

/** The whole blocks of a partial file, when it is a true beginning of the source. */
async function trueBeginning(source: string, part: Existing | undefined): Promise<Brought | undefined> {
  if (part === undefined || part.sha256 !== (await sha256Of(source, part.size))) return undefined;
  return { part: part.name, bytes: part.size - (part.size % blockBytes) };
}

async function sha256Of(source: string, length: number): Promise<string> {
  const hash = createHash("sha256");
  const options = { end: length - 1, highWaterMark: chunkBytes };
  if (length > 0) for await (const chunk of createReadStream(source, options)) hash.update(chunk);
  return hash.digest("hex");
}
