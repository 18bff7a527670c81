/** One line of a CRI log file: `<time> <stream> <F|P> <text>`. */
export type LogLine = {
  readonly time: string;
  readonly stream: "stdout" | "stderr";
  /** False for a part of a longer line, which has no line end of its own. */
  readonly isWhole: boolean;
  readonly text: Buffer;
};

const space = 0x20;

/** Undefined for what is not a log line. */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const first = line.indexOf(space);
  const second = line.indexOf(space, first + 1);
  const third = line.indexOf(space, second + 1);
  if (first < 0 || second < 0) return undefined;
  const stream = line.toString("latin1", first + 1, second);
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  const tag = line.toString("latin1", second + 1, third < 0 ? line.length : third);
  return {
    time: line.toString("latin1", 0, first),
    stream,
    isWhole: tag.split(":")[0] === "F",
    text: third < 0 ? Buffer.alloc(0) : line.subarray(third + 1),
  };
}

export type LogFormat = {
  readonly timestamps: boolean;
  readonly sinceMs: number | undefined;
  readonly stream: "stdout" | "stderr" | undefined;
};

/** What a reader gets of a line; empty for lines that are not wanted. `continues`: the line before was a part. */
export function renderLogLine(line: LogLine, format: LogFormat, continues: boolean): Buffer {
  if (format.stream && format.stream !== line.stream) return Buffer.alloc(0);
  if (format.sinceMs !== undefined && Date.parse(line.time) < format.sinceMs) return Buffer.alloc(0);
  const head = format.timestamps && !continues ? [Buffer.from(`${line.time} `)] : [];
  return Buffer.concat([...head, line.text, ...(line.isWhole ? [Buffer.from("\n")] : [])]);
}
