import { beforeAll, expect, it } from "vitest";
import { images } from "../../../src/phases/images.ts";
import { kubelet } from "../../../src/phases/kubelet.ts";
import { runtime } from "../../../src/phases/runtime.ts";
import type { Distribution } from "../../../src/runtime/distribution.ts";
import { testDistribution } from "../fixtures/distribution.ts";
import { useLab } from "../fixtures/lab.ts";
import { runRuntime } from "./runtime-run.ts";

const hosts = useLab({ controlPlanes: 1, workers: 0, packages: ["node"] });
let distribution: Distribution;

beforeAll(async () => {
  distribution = await testDistribution();
});

it("takes the kubelet's Node out of an image rather than sending it again", async () => {
  const phases = [runtime, images, kubelet];
  const run = await runRuntime(hosts.lab, distribution, { phases });
  expect(run.summary.errors).toEqual([]);
  const sent = run.events.flatMap((event) =>
    event.kind === "note" && event.text.startsWith("sending") ? [event.text] : [],
  );
  expect(sent.filter((text) => text.endsWith("/node"))).toEqual([]);
  const [host = ""] = hosts.lab.hosts.map(({ name }) => name);
  expect(await hosts.run(host, ["/opt/slipway/0.0.0/node", "-p", "process.version"])).toMatch(/^v24\./);
  expect(
    await hosts.run(host, [
      "sh",
      "-c",
      "grep -c slipway-view /proc/mounts; ls -d /run/slipway-view.* 2>/dev/null | wc -l",
    ]),
  ).toMatch(/0\s+0/);
  await hosts.run(host, ["sh", "-c", "echo damaged >/opt/slipway/0.0.0/node"]);
  const mended = await runRuntime(hosts.lab, distribution, { phases });
  expect(mended.changes).toEqual([`${host}: update file:/opt/slipway/0.0.0/node`]);
});
