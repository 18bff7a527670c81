/** The thread that asks for /version all the time: says when it has begun, and, told that it is enough, the longest answer in ms. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

const { dir, server } = workerData as { dir: string; server: string };
const read = (name: string) => readFileSync(join(dir, name));
const session = connect(server, { ca: read("ca.crt"), cert: read("admin.crt"), key: read("admin.key") });
let isOver = false;
let longest = 0;
parentPort?.on("message", () => {
  isOver = true;
});
await answer();
parentPort?.postMessage("begun");
while (!isOver) longest = Math.max(longest, await answer());
session.destroy();
parentPort?.postMessage(longest);

async function answer(): Promise<number> {
  const start = performance.now();
  const stream = session.request({ ":path": "/version" });
  stream.resume();
  await once(stream, "end");
  return performance.now() - start;
}
