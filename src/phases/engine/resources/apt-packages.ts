import { sha256OfValue } from "../../../base/sha256.ts";
import type { OpResult } from "../../../hosts/op.ts";
import type { Difference, Resource } from "../resource.ts";

/**
 * Ends what a killed run left half-configured, then installs; package lists are fetched only when they are too old to serve.
 * The apt of a killed run may still be at work: dpkg, other than apt, does not wait for its lock by itself.
 */
const installScript = `export DEBIAN_FRONTEND=noninteractive
configure() {
  tries=0
  until said=$(dpkg --configure --pending 2>&1); do
    tries=$((tries + 1))
    case $tries:$said in 120:*) ;; *"locked by another process"*) sleep 1; continue ;; esac
    echo "$said" >&2
    return 1
  done
}
install() {
  apt-get --yes --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef \\
    -o Dpkg::Options::=--force-confold install "$@"
}
configure && { install "$@" || { apt-get -o DPkg::Lock::Timeout=120 update && install "$@"; }; }`;

/** Debian packages, installed in one transaction; a version that stands there is kept. */
export function aptPackages(names: readonly string[]): Resource {
  return {
    id: `packages:${names.join(",")}`,
    hash: sha256OfValue({ names }),
    probe: () => [
      // dpkg-query exits 1 when one of them is unknown, and prints the others.
      { kind: "run", argv: ["dpkg-query", "--show", "--showformat", format, ...names], okExitCodes: [0, 1] },
    ],
    diff: ([found]) =>
      missing(names, found).map(
        ([name, status]): Difference => ({ kind: "field", field: name, from: status, to: "installed" }),
      ),
    converge: (_, differences) => {
      const wanted = differences.flatMap((one) => (one.kind === "field" ? [one.field] : []));
      return [{ kind: "run", argv: ["sh", "-c", installScript, "sh", ...wanted] }];
    },
  };
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
const format = "${Package} ${db:Status-Status}\\n";

function missing(names: readonly string[], found: OpResult | undefined): [string, string][] {
  const lines = found?.kind === "ran" ? found.stdout.split("\n") : [];
  const status = new Map(lines.map((line) => line.split(" ") as [string, string]));
  return names.flatMap((name) => (status.get(name) === "installed" ? [] : [[name, status.get(name) ?? "absent"]]));
}
