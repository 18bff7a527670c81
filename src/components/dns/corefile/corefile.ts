/** A Corefile: server blocks, each with zones to listen for and plugins in the order written. */
export type ServerBlock = { readonly zones: readonly Zone[]; readonly plugins: readonly Directive[] };
/** `.:53` or `dns://example.org:5300`; the name ends without a dot, the root is empty. */
export type Zone = { readonly name: string; readonly port: number };
/** One line, with the lines of its block. */
export type Directive = {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[];
  readonly line: number;
};

export class CorefileError extends Error {
  override readonly name = "CorefileError";
}

type Token = { readonly text: string; readonly line: number };

/** Parses a Corefile (the Caddyfile grammar without snippets and imports); throws CorefileError with the line. */
export function parseCorefile(text: string): readonly ServerBlock[] {
  const lines = tokenLines(text);
  const blocks: ServerBlock[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? [];
    if (line.at(-1)?.text !== "{")
      throw new CorefileError(`line ${line[0]?.line}: a server block begins with its zones and {`);
    const { directives, next } = parseBlock(lines, at + 1);
    blocks.push({ zones: line.slice(0, -1).map(parseZone), plugins: directives });
    at = next;
  }
  return blocks;
}

function parseBlock(
  lines: readonly (readonly Token[])[],
  from: number,
): { directives: readonly Directive[]; next: number } {
  const directives: Directive[] = [];
  let at = from;
  for (;;) {
    const line = lines[at];
    const first = line?.[0];
    if (!line || !first) throw new CorefileError(`line ${lines.at(-1)?.[0]?.line ?? 1}: a block is not closed by }`);
    if (first.text === "}") return { directives, next: at + 1 };
    const opens = line.at(-1)?.text === "{";
    const inner = opens ? parseBlock(lines, at + 1) : { directives: [], next: at + 1 };
    const args = line.slice(1, opens ? -1 : undefined).map(({ text }) => text);
    directives.push({ name: first.text, args, block: inner.directives, line: first.line });
    at = inner.next;
  }
}

function tokenLines(text: string): Token[][] {
  return text
    .split("\n")
    .map((line, index) =>
      (line.replace(/(^|\s)#.*$/, "").match(/"[^"]*"|\S+/g) ?? []).map((word) => ({
        text: word.replace(/^"|"$/g, ""),
        line: index + 1,
      })),
    )
    .filter((tokens) => tokens.length > 0);
}

function parseZone({ text, line }: Token): Zone {
  const match = /^(?:dns:\/\/)?([^:]*)(?::(\d+))?$/.exec(text.replace(/,$/, ""));
  if (!match)
    throw new CorefileError(
      `line ${line}: ${text} is no zone that is served here; allowed are names with an optional port`,
    );
  return { name: zoneName(match[1] ?? ""), port: Number(match[2] ?? 53) };
}

/** A zone's name as compared here: lower case, without the last dot. */
export function zoneName(text: string): string {
  return text.toLowerCase().replace(/\.$/, "");
}
