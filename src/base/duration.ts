const msPerUnit = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 } as const;
const part = /(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns)/y;

/** Milliseconds of a duration in Go's notation ("1h30m", "4m0s", "0"), or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const unsigned = text.replace(/^[+-]/, "");
  const sign = text.startsWith("-") ? -1 : 1;
  if (unsigned === "0") return 0;
  let sum = 0;
  part.lastIndex = 0;
  while (part.lastIndex < unsigned.length) {
    const match = part.exec(unsigned);
    if (!match) return undefined;
    sum += Number(match[1]) * msPerUnit[match[2] as keyof typeof msPerUnit];
  }
  return unsigned === "" ? undefined : sign * sum;
}

/** A duration as Go prints it: "8760h0m0s", "4m0s", "1.5s", "300ms", "0s". */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return "0s";
  if (ms < 1e-3) return `${round(ms * 1e6)}ns`;
  if (ms < 1) return `${round(ms * 1e3)}µs`;
  if (ms < 1000) return `${round(ms)}ms`;
  const hours = Math.floor(ms / msPerUnit.h);
  const minutes = Math.floor((ms % msPerUnit.h) / msPerUnit.m);
  const seconds = round((ms % msPerUnit.m) / msPerUnit.s);
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}

function round(value: number): number {
  return Number(value.toFixed(9));
}
