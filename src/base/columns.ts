/** Rows as columns of equal width with `gap` blanks between them; the last column is as wide as each of its cells. */
export function columns(rows: readonly (readonly string[])[], gap: number): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number, row: readonly string[]) =>
    column < row.length - 1 ? text.padEnd((widths[column] ?? 0) + gap) : text;
  return rows.map((row) => `${row.map((text, column) => cell(text, column, row)).join("")}\n`).join("");
}
