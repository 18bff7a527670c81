export type LogLevel = "I" | "W" | "E";

/** Writes one line of a program's log; it goes to stderr, as klog's does. */
export type Log = (level: LogLevel, message: string, facts?: Readonly<Record<string, unknown>>) => void;

/** klog's structured form: `I1121 09:00:00.000000       1 component] "message" key="value"`. */
export function klog(component: string, write: (line: string) => void, now: () => number = Date.now): Log {
  return (level, message, facts = {}) => {
    const [, month, day, time] = /^\d+-(\d+)-(\d+)T([\d:.]+)Z$/.exec(new Date(now()).toISOString()) ?? [];
    const pairs = Object.entries(facts).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
    const id = String(process.pid).padStart(7);
    write(`${level}${month}${day} ${time}000 ${id} ${component}] ${JSON.stringify(message)}${pairs.join("")}\n`);
  };
}
