import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What tests with real parts find on a machine. */
export type Machine = {
  readonly platform: string;
  readonly isRoot: boolean;
  readonly packages: ReadonlySet<string>;
  readonly hasKubectl: boolean;
};

/** Before any component or e2e test: says at once all that is missing here, in place of each test's own failure. */
export function setup(): void {
  const lists = join(import.meta.dirname, "..", "tools", "debian");
  const named = readdirSync(lists).flatMap((name) => packagesIn(readFileSync(join(lists, name), "utf8")));
  const wanted = [...new Set(named)];
  const missing = lackings(wanted, thisMachine(wanted));
  if (missing.length > 0)
    throw new Error(`these tests need ${missing.join("; ")} (\`npm test\` sets a Debian machine up)`);
}

/** The names in a list of Debian packages; a comment begins with `#`. */
export function packagesIn(list: string): string[] {
  return list.split("\n").flatMap((line) => line.replace(/#.*/, "").trim() || []);
}

/** What the tests need and a machine has not, in words. */
export function lackings(wanted: readonly string[], { platform, isRoot, packages, hasKubectl }: Machine): string[] {
  if (platform !== "linux") return [`Linux, and this is ${platform}`];
  const missing = wanted.filter((name) => !packages.has(name));
  return [
    ...(isRoot ? [] : ["root, for they make namespaces, mounts and users"]),
    ...(missing.length > 0 ? [`packages that this machine lacks: ${missing.join(", ")}`] : []),
    ...(hasKubectl ? [] : ["kubectl (the package kubernetes-client)"]),
  ];
}

function thisMachine(wanted: readonly string[]): Machine {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is dpkg's
  const format = "${Package} ${db:Status-Status}\n";
  const { stdout } = run("dpkg-query", ["--show", `--showformat=${format}`, ...wanted]);
  const installed = (stdout ?? "").split("\n").flatMap((line) => /^(\S+) installed$/.exec(line)?.[1] ?? []);
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    packages: new Set(installed),
    hasKubectl: run("kubectl", ["version", "--client"]).error === undefined,
  };
}

function run(program: string, argv: readonly string[]) {
  return spawnSync(program, argv, { encoding: "utf8", timeout: 60_000 });
}
