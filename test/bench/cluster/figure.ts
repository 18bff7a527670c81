/** A figure beside the mark that it must not pass. */
export type Figure = {
  readonly what: string;
  readonly unit: string;
  readonly figure: number;
  readonly mark: number;
  /** Something to compare with. */
  readonly beside?: string;
};

export function printed({ what, unit, figure, mark, beside }: Figure): string {
  const ratio = (figure / mark).toFixed(2);
  const more = beside === undefined ? "" : `, ${beside}`;
  return `${what}: ${figure.toFixed(2)} ${unit} (mark ${mark.toFixed(1)}, ratio ${ratio}${more}) ${figure <= mark ? "ok" : "MISSED"}`;
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
