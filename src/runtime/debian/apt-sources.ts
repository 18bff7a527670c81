/** One place that packages come from, as a line of sources.list holds it, without options. */
export type AptSource = {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
};

/** Entries of one `*.list` file; comments, deb-src and options in brackets are left out. */
export function parseSourcesList(text: string): readonly AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line.trim());
    if (!match) return [];
    const [, uri = "", suite = "", components = ""] = match;
    return [{ uri, suite, components: components.trim().split(/\s+/) }];
  });
}

/** Entries of one deb822 `*.sources` file: stanzas with Types, URIs, Suites and Components. */
export function parseDeb822(text: string): readonly AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = fieldsOf(stanza);
    if (!words(field.types).includes("deb") || /^no$/i.test(field.enabled ?? "yes")) return [];
    return words(field.uris).flatMap((uri) =>
      words(field.suites).map((suite) => ({ uri, suite, components: words(field.components) })),
    );
  });
}

/** Those that serve a release: the suite itself, its updates and its security fixes. */
export function sourcesOf(release: string, sources: readonly AptSource[]): readonly AptSource[] {
  const suites = [release, `${release}-updates`, `${release}-security`];
  return sources.filter(({ suite, components }) => suites.includes(suite) && components.includes("main"));
}

/** Suites whose machines call themselves by the codename of the release to come (os-release(5) of testing and unstable). */
const unreleased = ["testing", "sid", "unstable"];

/** Where another release is found: Debian's mirrors hold all releases side by side. `own` is the machine's codename. */
export function sourcesOfOther(release: string, own: string, sources: readonly AptSource[]): readonly AptSource[] {
  return [own, ...unreleased].flatMap((name) =>
    sourcesOf(name, sources).map((source) => ({ ...source, suite: source.suite.replace(name, release) })),
  );
}

export function sourceLine({ uri, suite, components }: AptSource): string {
  return `deb ${uri} ${suite} ${components.join(" ")}`;
}

/** The settings of `apt-config dump` without which this machine's mirror would not answer or not be believed. */
export function mirrorSettings(dump: string): readonly string[] {
  return dump.split("\n").filter((line) => /^Acquire::(Check-Valid-Until|Check-Date|https?::\S+) ".+";$/.test(line));
}

function fieldsOf(stanza: string): Readonly<Record<string, string | undefined>> {
  const lines = stanza.split("\n").filter((line) => !line.startsWith("#"));
  const fields: Record<string, string> = {};
  let last = "";
  for (const line of lines) {
    const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (match?.[1]) last = match[1].toLowerCase();
    if (last) fields[last] = `${fields[last] ?? ""} ${match ? match[2] : line}`.trim();
  }
  return fields;
}

function words(text: string | undefined): readonly string[] {
  return (text ?? "").split(/\s+/).filter(Boolean);
}
