import type { Line } from "./line.ts";

export type Screen = { readonly columns: number; readonly rows: number };

/** The session in asciinema's file format, version 2: a header, then one event a line, times in seconds. */
export function asciicast(lines: readonly Line[], { columns, rows }: Screen, title: string): string {
  const header = { version: 2, width: columns, height: rows, title, env: { TERM: "xterm-256color" } };
  const events = lines.map(({ atMs, text }) => [Number((atMs / 1000).toFixed(3)), "o", `${text}\r\n`]);
  return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join("");
}
