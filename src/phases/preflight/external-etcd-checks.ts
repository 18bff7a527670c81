import { embeddedRepository } from "../../config/kubeadm/distribution.ts";
import type { Check, Finding } from "../engine/check.ts";
import { stateOf } from "../engine/resources/path.ts";
import type { PreflightNode } from "./preflight-context.ts";

/** The oldest etcd that upstream's API server takes (kubeadm's constants.go), and the embedded one. */
const leastVersions = { upstream: "3.5.24", embedded: "3.4.0" } as const;

/** Prints each endpoint with what it says of its version, or why it says nothing. */
const versionScript = `ca=$1 cert=$2 key=$3; shift 3
command -v curl >/dev/null || exit 0
for endpoint in "$@"; do
  said=$(curl -sS --max-time 10 \${ca:+--cacert "$ca"} \${cert:+--cert "$cert"} \${key:+--key "$key"} "$endpoint/version" 2>&1)
  printf '%s %s\\n' "$endpoint" "$(printf %s "$said" | tr '\\n' ' ')"
done`;

/** An etcd that Slipway does not run: its credentials must be on the control planes, and it must be new enough. */
export function externalEtcdChecks(
  { role, input: { cluster } }: PreflightNode,
  toBeWritten: readonly string[],
): Check[] {
  const { external } = cluster.etcd;
  if (role === "worker" || !external) return [];
  const { caFile, certFile, keyFile, httpEndpoints } = external;
  const paths = [caFile, certFile, keyFile].filter((path) => path !== "");
  const awaited = paths.filter((path) => !toBeWritten.includes(path));
  const least = leastVersions[cluster.imageRepository === embeddedRepository ? "embedded" : "upstream"];
  const ask = ["sh", "-c", versionScript, "sh", caFile, certFile, keyFile, ...httpEndpoints];
  return [
    {
      name: "ExternalEtcdClientCertificates",
      probe: () => awaited.map((path) => ({ kind: "read", path, want: "stat" })),
      judge: (found) =>
        awaited
          .filter((_, index) => stateOf(found[index]).kind === "absent")
          .map((path) => ({ severity: "error", message: `${path}, named by etcd.external, does not exist` })),
    },
    {
      name: "ExternalEtcdVersion",
      // What the run brings itself can't be used before.
      probe: () => (awaited.length === paths.length ? [{ kind: "run", argv: ask }] : []),
      judge: ([found]) => {
        const lines = found?.kind === "ran" ? found.stdout.split("\n").filter(Boolean) : [];
        return lines.flatMap((line) => versionFindings(line, least));
      },
    },
  ];
}

function versionFindings(line: string, least: string): Finding[] {
  const [endpoint, ...said] = line.split(" ");
  const version = /"etcdserver":\s*"(\d+\.\d+\.\d+)/.exec(said.join(" "))?.[1];
  if (version === undefined)
    return [{ severity: "error", message: `${endpoint} does not tell etcd's version: ${said.join(" ").trim()}` }];
  if (!isOlder(version, least)) return [];
  return [{ severity: "error", message: `${endpoint} runs etcd ${version}; ${least} or newer is needed` }];
}

function isOlder(version: string, least: string): boolean {
  const [one, other] = [version, least].map((text) => text.split(".").map(Number));
  const differing = [0, 1, 2].find((part) => one?.[part] !== other?.[part]);
  return differing !== undefined && (one?.[differing] ?? 0) < (other?.[differing] ?? 0);
}
