import { messageOf } from "../base/errors.ts";

export type LogFields = Readonly<Record<string, unknown>>;
export type Log = {
  info(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Told only when the verbosity (-v) is at least `level`. */
  debug(level: number, message: string, fields?: LogFields): void;
};

/** klog's text format, without the source line: `I1121 08:55:07.123456 "Message" key="value"`. */
export function createLog(verbosity: number, write: (line: string) => void, now: () => Date): Log {
  const line = (severity: "I" | "E", message: string, fields: LogFields = {}) =>
    write(`${severity}${stamp(now())} ${JSON.stringify(message)}${Object.entries(fields).map(pair).join("")}\n`);
  return {
    info: (message, fields) => line("I", message, fields),
    error: (message, fields) => line("E", message, fields),
    debug: (level, message, fields) => {
      if (level <= verbosity) line("I", message, fields);
    },
  };
}

function pair([key, value]: [string, unknown]): string {
  if (value === undefined) return "";
  return ` ${key}=${JSON.stringify(value instanceof Error ? messageOf(value) : value)}`;
}

function stamp(time: Date): string {
  const iso = time.toISOString();
  return `${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}000`;
}
