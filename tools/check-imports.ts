/** Fails when an import in src/ points against the floors below, type imports included, or closes a cycle. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "oxc-parser";

/** The floors of src/, top first: a room imports rooms of lower floors and its own files, nothing else. */
const floors: readonly (readonly string[])[] = [
  ["cli"],
  ["apply"],
  ["init", "join", "reset", "upgrade", "lab"],
  ["phases"],
  ["runtime", "manifests"],
  ["tokens"],
  ["kubeconfig"],
  ["certs"],
  ["config"],
  ["hosts", "kube"],
  ["x509"],
  ["base"],
];
/** What the programs that travel to hosts may use besides their own files. */
const programsMayUse = ["kube", "x509", "config", "base"];
/** Rooms that compute values: no effects, and of `hosts` and `kube/client` only types. */
const pureRooms = ["manifests", "kubeconfig", "tokens", "certs", "config", "x509", "base"];
const effects = /^(node:)?(fs|child_process|net|http|https|http2|tls|dgram)(\/|$)|^(ssh2|execa)$/;

type Import = { from: string; to: string; typeOnly: boolean };

const files = globSync("src/**/*.ts").sort();
const imports = files.flatMap(importsOf);
const problems = [...imports.flatMap(judge), ...cycles()];
for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${imports.length} imports, ${problems.length} against the rules`);
process.exitCode = problems.length > 0 ? 1 : 0;

function importsOf(file: string): Import[] {
  const { module } = parseSync(file, readFileSync(file, "utf8"));
  const target = (spec: string) => (spec.startsWith(".") ? normalize(join(dirname(file), spec)) : spec);
  return [
    ...module.staticImports.map((one) => ({
      from: file,
      to: target(one.moduleRequest.value),
      typeOnly: one.entries.length > 0 && one.entries.every((entry) => entry.isType),
    })),
    ...module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) =>
        entry.moduleRequest ? [{ from: file, to: target(entry.moduleRequest.value), typeOnly: entry.isType }] : [],
      ),
    ),
  ];
}

function room(file: string): string {
  const [, first = "", second = ""] = file.split("/");
  return first === "components" ? `components/${second}` : first;
}

function judge({ from, to, typeOnly }: Import): string[] {
  const source = room(from);
  if (!to.startsWith("src/")) {
    return pureRooms.includes(source) && effects.test(to) && !typeOnly ? [`${from}: a pure room imports ${to}`] : [];
  }
  const target = room(to);
  if (source === target) return [];
  if (source === "kubelet" || source.startsWith("components/")) {
    return programsMayUse.includes(target) ? [] : [`${from}: a program stands alone, yet imports ${to}`];
  }
  const floor = (name: string) => floors.findIndex((rooms) => rooms.includes(name));
  if (floor(source) < 0) return [`${from}: no floor is set for src/${source}`];
  if (floor(target) <= floor(source)) return [`${from}: ${source} looks down only, yet imports ${to}`];
  if (pureRooms.includes(source) && target === "hosts" && !typeOnly)
    return [`${from}: a pure room takes only types of ${to}`];
  return [];
}

function cycles(): string[] {
  const edges = new Map(files.map((file) => [file, imports.filter(({ from }) => from === file).map(({ to }) => to)]));
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      found.push(`cycle: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
      return;
    }
    state.set(file, "open");
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, "done");
  };
  for (const file of files) visit(file, []);
  return found;
}
