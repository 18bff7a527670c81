const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** Up to (exclusive) this long, a duration is told in these units; the second unit is left out when it is zero. */
const scales = [
  { below: 2 * minute, units: [[second, "s"]] },
  {
    below: 10 * minute,
    units: [
      [minute, "m"],
      [second, "s"],
    ],
  },
  { below: 3 * hour, units: [[minute, "m"]] },
  {
    below: 8 * hour,
    units: [
      [hour, "h"],
      [minute, "m"],
    ],
  },
  { below: 2 * day, units: [[hour, "h"]] },
  {
    below: 8 * day,
    units: [
      [day, "d"],
      [hour, "h"],
    ],
  },
  { below: 2 * year, units: [[day, "d"]] },
  {
    below: 8 * year,
    units: [
      [year, "y"],
      [day, "d"],
    ],
  },
  { below: Number.POSITIVE_INFINITY, units: [[year, "y"]] },
] as const satisfies readonly { below: number; units: readonly (readonly [number, string])[] }[];

/** A duration for people as kubectl and kubeadm tell ages and remaining times: "45s", "4m30s", "23h", "364d", "9y". */
export function humanDuration(ms: number): string {
  if (ms < -second) return "<invalid>";
  let rest = Math.max(0, Math.floor(ms / second) * second);
  const scale = scales.find(({ below }) => rest < below);
  const parts: string[] = [];
  for (const [size, unit] of scale?.units ?? []) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || parts.length === 0) parts.push(`${count}${unit}`);
  }
  return parts.join("");
}
