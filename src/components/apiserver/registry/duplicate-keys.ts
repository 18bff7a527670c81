/**
 * The paths of keys that stand twice in an object of a JSON text (which JSON.parse takes the last of, silently), in upstream's
 * form: `spec.containers[0].image`. The text must be well-formed.
 */
export function duplicateKeys(text: string): string[] {
  const found = new Set<string>();
  const open: Level[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    const top = open.at(-1);
    if (char === '"') {
      const end = endOfString(text, at);
      if (top?.kind === "object" && top.expectsKey) takeKey(text.slice(at, end + 1), open, found);
      at = end;
    } else if (char === "{") open.push({ kind: "object", keys: new Set(), key: "", expectsKey: true });
    else if (char === "[") open.push({ kind: "list", index: 0 });
    else if (char === "}" || char === "]") open.pop();
    else if (char === "," && top?.kind === "object") top.expectsKey = true;
    else if (char === "," && top?.kind === "list") top.index += 1;
  }
  return [...found];
}

type Level =
  | { readonly kind: "object"; readonly keys: Set<string>; key: string; expectsKey: boolean }
  | { readonly kind: "list"; index: number };

function takeKey(quoted: string, open: readonly Level[], found: Set<string>): void {
  const level = open.at(-1);
  if (level?.kind !== "object") return;
  level.key = quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  level.expectsKey = false;
  if (level.keys.has(level.key)) found.add(pathOf(open));
  level.keys.add(level.key);
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function pathOf(open: readonly Level[]): string {
  return open.reduce((path, level) => {
    if (level.kind === "list") return `${path}[${level.index}]`;
    return path ? `${path}.${level.key}` : level.key;
  }, "");
}
