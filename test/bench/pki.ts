/**
 * Measures how long kubeadm's whole PKI with the kubeconfigs takes (16 key pairs) against `openssl genrsa` making as many
 * keys with as many processes at once as Node has threads for it, in the same run. RSA keys take random time, so the
 * rounds alternate and their sums are compared. Prints ratios: `node test/bench/pki.ts [rounds]`.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { generateKeys } from "../../src/certs/key-pair.ts";
import { requireValid } from "../../src/config/issue.ts";
import { initDocuments } from "../../src/config/kubeadm/flags/init-flags.ts";
import { initOf } from "../../src/config/kubeadm/load/load-init.ts";
import { renderTree } from "../../src/manifests/render-tree.ts";
import { allParts, noParts } from "../../src/manifests/tree-parts.ts";

const run = promisify(execFile);
const rounds = Number(process.argv[2] ?? 10);
/** libuv's default, on which node:crypto makes keys. */
const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
const keys = 16;
const host = { hostname: "cp1", advertiseAddress: "10.0.0.1", newToken: () => "abcdef.0123456789abcdef" };

const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
try {
  await ours("RSA-2048"); // code loaded and compiled, as it is when a run reaches its certificates
  const rsa: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    rsa.push({ ours: await ours("RSA-2048"), theirs: await openssl(), bare: await bareKeys() });
  }
  report(rsa);
  const ecdsa: number[] = [];
  for (let round = 0; round < rounds; round += 1) ecdsa.push(await ours("ECDSA-P256"));
  console.log(
    `ECDSA-P256 PKI with kubeconfigs: median ${median(ecdsa).toFixed(0)} ms, slowest ${Math.max(...ecdsa).toFixed(0)} ms (wanted: under 150 ms)`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Milliseconds; `bare` is the same number of keys by node:crypto and nothing else, on the same OpenSSL as ours. */
type Round = { readonly ours: number; readonly theirs: number; readonly bare: number };

async function ours(encryptionAlgorithm: string): Promise<number> {
  const [init, cluster] = initDocuments({});
  if (!init || !cluster) throw new Error("no documents");
  const documents = [init, { ...cluster, body: { ...cluster.body, encryptionAlgorithm } }];
  const config = requireValid(initOf(documents, host), "flags");
  const { certs, kubeconfigs } = allParts(config.cluster);
  const start = performance.now();
  const { files } = await renderTree({
    config,
    parts: { ...noParts, certs, kubeconfigs },
    host: { hostname: "cp1", usesSystemdResolved: false, caFolders: [], proxyEnv: [] },
    existing: new Map(),
    now: new Date(),
    random: randomBytes,
  });
  const made = files.filter(({ path }) => path.endsWith(".key") || path.endsWith(".conf")).length;
  if (made !== keys) throw new Error(`${made} keys were made, not ${keys}`);
  return performance.now() - start;
}

async function openssl(): Promise<number> {
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < keys) await run("openssl", ["genrsa", "-out", join(folder, `${next++}.key`), "2048"]);
  };
  await Promise.all(Array.from({ length: threads }, worker));
  return performance.now() - start;
}

async function bareKeys(): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: keys }, () => generateKeys("RSA-2048")));
  return performance.now() - start;
}

function report(all: readonly Round[]): void {
  const total = (of: (round: Round) => number) => all.reduce((sum, round) => sum + of(round), 0);
  const ratio = total((round) => round.ours) / total((round) => round.theirs);
  const each = all.map((round) => round.ours / round.theirs);
  const mean = (sum: number) => (sum / all.length).toFixed(0);
  console.log(`RSA-2048, ${keys} keys, ${threads} at once, ${all.length} rounds:`);
  console.log(
    `  PKI with kubeconfigs ${mean(total((round) => round.ours))} ms, openssl genrsa ${mean(total((round) => round.theirs))} ms a round`,
  );
  const overBare = total((round) => round.ours) / total((round) => round.bare);
  console.log(`  against bare node:crypto keys: ratio ${overBare.toFixed(2)}`);
  console.log(`  ratio ${ratio.toFixed(2)} over all rounds, median ${median(each).toFixed(2)} (wanted: at most 1.2)`);
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
