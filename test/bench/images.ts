/**
 * Measures the images: building from a warm cache, what a control plane gets and how large it is, and bytes and wall
 * time to bring it to 1, 3 and 10 bare containerd hosts of labs on this machine. Prints ratios; needs root:
 * `node test/bench/images.ts [counts]`; `1 3 1 3` measures twice, each 3 against the 1 before it.
 */

import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { cpus, networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { labDown, labUp } from "../../src/lab/lab.ts";
import { images } from "../../src/phases/images.ts";
import { runtime } from "../../src/phases/runtime.ts";
import { buildDistribution } from "../../src/runtime/build-distribution.ts";
import type { Distribution } from "../../src/runtime/distribution.ts";
import { blobsOf, distinctBlobs } from "../../src/runtime/oci/image.ts";
import { runRuntime } from "../e2e/runtime/runtime-run.ts";

const counts = process.argv.slice(2).map(Number);
const versions = { version: "0.0.0", kubernetesVersion: "v1.36.2" };
const cache = await mkdtemp(join(tmpdir(), "slipway-bench-"));
try {
  const cold = await timed(() => buildDistribution({ cache, ...versions }));
  const warm = await timed(() => buildDistribution({ cache, ...versions }));
  console.log(`build: ${cold.seconds.toFixed(2)} s from nothing, ${warm.seconds.toFixed(2)} s warm (target under 3 s)`);
  await sizes(warm.value);
  let alone = 0;
  for (const count of counts.length > 0 ? counts : [1, 3, 10]) {
    const seconds = await bring(warm.value, count, alone);
    if (count === 1) alone = seconds;
  }
} finally {
  await rm(cache, { recursive: true, force: true });
}

/** What a control-plane host gets, compressed, and what it is made of. */
async function sizes({ kubelet, node, images: { images: built } }: Distribution): Promise<void> {
  const parts = built.map(
    (image) => [image.reference, blobsOf(image).reduce((total, { size }) => total + size, 0)] as const,
  );
  for (const [reference, bytes] of parts)
    console.log(`  ${reference}: ${megabytes(bytes)}, shared layers counted each time`);
  const packed = distinctBlobs(built).reduce((total, { size }) => total + size, 0);
  const [program, runs] = [await gzipped(kubelet.source), await gzipped(node.source)];
  console.log(`  images ${megabytes(packed)} + kubelet ${megabytes(program)} + its Node ${megabytes(runs)} (gzip)`);
  console.log(`a control plane: ${megabytes(packed + program + runs)} (target under 110 MB)`);
}

/** Brings the images to hosts that have containerd; gives the seconds that it took. `alone` is what one host took. */
async function bring(distribution: Distribution, count: number, alone: number): Promise<number> {
  const name = `bench-images-${process.pid}-${count}`;
  const lab = await labUp({ name, controlPlanes: count, workers: 0, packages: ["node"] });
  try {
    await runRuntime(lab, distribution, { phases: [runtime] });
    const [before, idle] = [await sentBytes(), idleSeconds()];
    const first = await timed(() => runRuntime(lab, distribution, { phases: [images] }));
    const busy = cpus().length - (idleSeconds() - idle) / first.seconds;
    const sent = (await sentBytes()) - before;
    const again = await runRuntime(lab, distribution, { phases: [images] });
    if (first.value.summary.errors[0]) throw first.value.summary.errors[0];
    const packed = distinctBlobs(distribution.images.images).reduce((total, { size }) => total + size, 0) * count;
    const ofOne = alone || first.seconds;
    console.log(
      `${count} hosts: ${first.seconds.toFixed(2)} s, ${(first.seconds / ofOne).toFixed(2)} of one host's time (target for 3: 1.5), ` +
        `${busy.toFixed(1)} of ${cpus().length} cores busy; ` +
        `${megabytes(sent)} on the wire, ${(sent / packed).toFixed(3)} of the blobs (target 1.05); again: ${again.changes.length} changes`,
    );
    return first.seconds;
  } finally {
    await labDown({ name });
  }

  /** Bytes that this machine sent into the lab's bridge, headers included. */
  async function sentBytes(): Promise<number> {
    const subnet = lab.hosts[0]?.address.split(".").slice(0, 3).join(".");
    const interfaces = await bridgeOf(`${subnet}.1`);
    return Number(await readFile(`/sys/class/net/${interfaces}/statistics/tx_bytes`, "utf8"));
  }
}

/** Seconds that this machine's cores have been idle, all together: hosts share them, so no wall can fall below their work. */
function idleSeconds(): number {
  return cpus().reduce((total, { times }) => total + times.idle, 0) / 1000;
}

async function bridgeOf(address: string): Promise<string> {
  const found = Object.entries(networkInterfaces()).find(([, all]) => all?.some((one) => one.address === address));
  if (!found) throw new Error(`no interface has ${address}`);
  return found[0];
}

async function gzipped(file: string): Promise<number> {
  let total = 0;
  const counting = new Writable({
    write(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      done();
    },
  });
  if ((await stat(file)).size > 0) await pipeline(createReadStream(file), createGzip(), counting);
  return total;
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const begun = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - begun) / 1000 };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
