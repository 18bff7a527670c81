/** A count (`3`) or a share (`"25%"`). */
export type IntOrPercent = number | string;

/**
 * The count that it stands for out of `total`; a share is rounded as asked.
 * Throws RangeError for a string that is no percentage; the API server lets none through.
 */
export function scaledValue(value: IntOrPercent, total: number, round: "up" | "down"): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent === undefined) throw new RangeError(`"${value}" is neither a count nor a percentage`);
  const share = (Number(percent) * total) / 100;
  return round === "up" ? Math.ceil(share) : Math.floor(share);
}
