const multipliers: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a resource.Quantity ("100m", "1.5Gi", "2e3", 3) stands for; undefined when it is none. */
export function parseQuantity(quantity: string | number): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(String(quantity));
  if (!match) return undefined;
  const [, digits, exponent, suffix = ""] = match;
  return Number(digits) * (exponent === undefined ? (multipliers[suffix] ?? Number.NaN) : 10 ** Number(exponent));
}

/** Thousandths, rounded up as Quantity.MilliValue does; 0 for what is absent or malformed. */
export function milliValue(quantity: string | number | undefined): number {
  return Math.ceil(Number((amountOf(quantity) * 1000).toFixed(6)));
}

/** Whole units, rounded up as Quantity.Value does; 0 for what is absent or malformed. */
export function wholeValue(quantity: string | number | undefined): number {
  return Math.ceil(Number(amountOf(quantity).toFixed(6)));
}

function amountOf(quantity: string | number | undefined): number {
  return quantity === undefined ? 0 : (parseQuantity(quantity) ?? 0);
}

/** CPU in canonical form: whole cores or millicores. */
export function formatMilli(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** Bytes in canonical binary form: the largest suffix that divides them. */
export function formatBinary(bytes: number): string {
  for (const suffix of ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"]) {
    const unit = multipliers[suffix] ?? 1;
    if (bytes !== 0 && bytes % unit === 0) return `${bytes / unit}${suffix}`;
  }
  return String(bytes);
}
