/** What a TOML table may hold here. */
export type TomlValue = string | number | boolean | readonly string[] | TomlTable;
export type TomlTable = { readonly [key: string]: TomlValue | undefined };

/** TOML text of a table: scalars first, then each sub-table under its full name; what is undefined is left out. */
export function toml(table: TomlTable, path: readonly string[] = []): string {
  const entries = Object.entries(table).filter(([, value]) => value !== undefined);
  const scalars = entries
    .filter(([, value]) => !isTable(value))
    .map(([key, value]) => `${name(key)} = ${scalar(value)}`);
  const tables = entries.flatMap(([key, value]) => (isTable(value) ? [toml(value, [...path, key])] : []));
  const head = path.length > 0 && (scalars.length > 0 || tables.length === 0) ? [`[${path.map(name).join(".")}]`] : [];
  const own = [...head, ...scalars];
  return [...(own.length > 0 ? [`${own.join("\n")}\n`] : []), ...tables].join("\n");
}

function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === "object" && !Array.isArray(value);
}

function name(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

/** JSON's strings, numbers, booleans and lists of strings are TOML's too. */
function scalar(value: TomlValue | undefined): string {
  return Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one)).join(", ")}]` : JSON.stringify(value);
}
