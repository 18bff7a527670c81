import { open } from "node:fs/promises";
import type { ContainerRecord } from "../cri/pod-runtime.ts";

const maxBytes = 4096;
const maxLogBytes = 2048;
const maxLogLines = 80;

/** What a container left as its last words: its message file, or the end of its log when it failed without one. */
export async function terminationMessage(record: ContainerRecord): Promise<string> {
  const fromFile = record.terminationMessageFile ? await head(record.terminationMessageFile, maxBytes) : "";
  if (fromFile !== "" || record.exitCode === 0) return fromFile;
  if (record.memory.terminationMessagePolicy !== "FallbackToLogsOnError") return record.message;
  const log = await tail(record.logPath, maxLogBytes * 4);
  const lines = log.split("\n").map((line) => line.replace(/^\S+ (?:stdout|stderr) [FP] /, ""));
  return lines
    .slice(-maxLogLines - 1)
    .join("\n")
    .slice(-maxLogBytes);
}

async function head(path: string, bytes: number): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return "";
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function tail(path: string, bytes: number): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return "";
  try {
    const { size } = await file.stat();
    const at = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, at);
    const text = buffer.toString("utf8", 0, bytesRead);
    return at > 0 ? text.slice(text.indexOf("\n") + 1) : text;
  } finally {
    await file.close();
  }
}
