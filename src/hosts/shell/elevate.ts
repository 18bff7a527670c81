import type { Readable } from "node:stream";
import { type Elevation, readyMark, sudoPrompt } from "./launch.ts";
import type { Channel } from "./transport.ts";

/**
 * Resolves when the loader may be sent its script: at once unless sudo wants a password first. Gives false where sudo
 * asked a second time, or ended: what stood on stdin would be its next guess, so that nothing more is sent.
 */
export async function elevate({ stdin, stdout, stderr, ended }: Channel, elevation: Elevation): Promise<boolean> {
  if (elevation.kind !== "sudoWithPassword") return true;
  stdin.write(`${elevation.password}\n`);
  const waiting = new AbortController();
  const isReady = await Promise.race([
    said(stdout, readyMark, waiting.signal).then(() => true),
    said(stderr, new RegExp(`${sudoPrompt}.*${sudoPrompt}`, "s"), waiting.signal).then(() => false),
    ended.then(() => false),
  ]);
  waiting.abort();
  if (!isReady) stdin.end();
  return isReady;
}

/** Resolves once a stream has said something. */
function said(stream: Readable, what: string | RegExp, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let text = "";
    const listen = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      if (text.search(what) >= 0) resolve();
    };
    stream.on("data", listen);
    signal.addEventListener("abort", () => stream.off("data", listen));
  });
}
