import { beforeAll, describe, expect, it } from "vitest";
import { environment as environmentPhase } from "../../../src/phases/host-settings/environment.ts";
import { images } from "../../../src/phases/images.ts";
import { runtime } from "../../../src/phases/runtime.ts";
import type { Distribution } from "../../../src/runtime/distribution.ts";
import { hexOf } from "../../../src/runtime/oci/descriptor.ts";
import { distinctBlobs } from "../../../src/runtime/oci/image.ts";
import { testDistribution } from "../fixtures/distribution.ts";
import { useLab } from "../fixtures/lab.ts";
import { runRuntime } from "./runtime-run.ts";
import { pageOfTwoContainers } from "./two-containers.ts";
import { withCri } from "./with-cri.ts";

const hosts = useLab({ controlPlanes: 1, workers: 2 });
let distribution: Distribution;

beforeAll(async () => {
  distribution = await testDistribution();
});

const errorOn = (run: Awaited<ReturnType<typeof runRuntime>>, host: string) =>
  run.events.flatMap((event) => (event.kind === "host-finished" && event.host === host ? [event.error] : []))[0];
const nodeLayer = () => {
  const blobs = distribution.images.images.flatMap(({ layers }) => layers.map(({ blob }) => blob));
  return blobs.reduce((largest, blob) => (blob.size > largest.size ? blob : largest));
};

describe("a bare host", () => {
  it("gets containerd and the images, side by side with others", async () => {
    const run = await runRuntime(hosts.lab, distribution, { only: ["cp1"] });
    expect(run.summary.errors).toEqual([]);
    expect(run.changes).toEqual(expect.arrayContaining(["cp1: create file:/etc/containerd/config.toml"]));
    const checked = await hosts.run("cp1", ["ctr", "-n", "k8s.io", "images", "check"]);
    for (const { reference } of distribution.images.images) {
      expect(checked).toMatch(new RegExp(`^${reference} .* complete .* true`, "m"));
    }
    const dump = await hosts.run("cp1", ["containerd", "config", "dump"]);
    expect(dump).toContain('sandbox_image = "slipway.local/pause:3.10.2"');
    expect(await hosts.run("cp1", ["ls", "/opt/cni/bin"])).toContain("bridge");
  });

  it("changes nothing when it is asked again", async () => {
    const again = await runRuntime(hosts.lab, distribution, { only: ["cp1"] });
    expect(again.changes).toEqual([]);
    expect(again.summary.errors).toEqual([]);
  });

  it("runs a pod sandbox with two containers that share its network", async () => {
    await withCri(hosts.lab, "cp1", async (cri) => {
      expect(await pageOfTwoContainers(cri)).toContain("hostname=");
    });
  });

  it("heals a damaged blob, and sends that one alone", async () => {
    const folder = "/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256";
    const path = `${folder}/${hexOf(nodeLayer().digest)}`;
    await hosts.run("cp1", [
      "sh",
      "-c",
      `chmod u+w ${path} && printf damaged | dd of=${path} conv=notrunc bs=1 seek=4096`,
    ]);
    const healed = await runRuntime(hosts.lab, distribution, { only: ["cp1"] });
    expect(healed.summary.errors).toEqual([]);
    const sent = healed.events.flatMap((event) =>
      event.kind === "note" && event.text.startsWith("sending") ? [event.text] : [],
    );
    expect(sent).toHaveLength(1);
    expect(await hosts.run("cp1", ["sh", "-c", `sha256sum <${path}`])).toContain(hexOf(nodeLayer().digest));
    expect((await runRuntime(hosts.lab, distribution, { only: ["cp1"] })).changes).toEqual([]);
  });

  it("shows drift of its settings and mends it", async () => {
    await hosts.run("cp1", ["sh", "-c", "echo '# mine' >>/etc/containerd/config.toml"]);
    const mended = await runRuntime(hosts.lab, distribution, { only: ["cp1"] });
    expect(mended.changes).toEqual(["cp1: update file:/etc/containerd/config.toml", "cp1: update service:containerd"]);
    expect(mended.events).toContainEqual(expect.objectContaining({ kind: "resource", cause: "drift" }));
  });
});

describe("a host with little room", () => {
  it("is refused before anything is sent", async () => {
    await hosts.run("worker1", ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", "/var/lib/containerd"]);
    const run = await runRuntime(hosts.lab, distribution, { only: ["worker1"] });
    const checks = run.events.flatMap((event) => (event.kind === "check" ? [event] : []));
    expect(checks).toContainEqual(expect.objectContaining({ check: "ImageDisk", severity: "error" }));
    expect(run.events.some((event) => event.kind === "note" && event.text.startsWith("sending"))).toBe(false);
    expect(run.summary.errors).not.toEqual([]);
  });
});

describe("a host that was set up before", () => {
  const environment = { HTTPS_PROXY: "http://192.0.2.1:3128", NO_PROXY: "10.0.0.0/8" };
  const registries = { "docker.io": { mirrors: [{ url: "http://192.0.2.2:5000" }] } };
  const wish = { registries, openFiles: 10_000 };

  it("keeps its configuration under another name, and gets proxy, mirrors, limits and crictl's settings", async () => {
    const theirs = "mkdir -p /etc/containerd && echo 'version = 2 # theirs' >/etc/containerd/config.toml";
    // Debian has no package of crictl; that there is a program of that name is what is asked
    const crictl = "ln -s /bin/true /usr/local/bin/crictl";
    await hosts.run("worker2", ["sh", "-c", `${theirs}; ${crictl}`]);
    const run = await runRuntime(hosts.lab, distribution, {
      only: ["worker2"],
      phases: [environmentPhase, runtime],
      environment,
      runtime: wish,
    });
    expect(run.summary.errors).toEqual([]);
    expect(await hosts.run("worker2", ["cat", "/etc/containerd/config.toml.before-slipway"])).toBe(
      "version = 2 # theirs",
    );
    const variables = await hosts.run("worker2", ["systemctl", "show", "-p", "Environment", "containerd"]);
    expect(variables).toContain("HTTPS_PROXY=http://192.0.2.1:3128");
    expect(variables).toContain("NO_PROXY=10.0.0.0/8");
    expect(await hosts.run("worker2", ["cat", "/etc/containerd/certs.d/docker.io/hosts.toml"])).toContain(
      "192.0.2.2:5000",
    );
    const limit = await hosts.run("worker2", ["sh", "-c", "grep '^Max open files' /proc/$(pidof containerd)/limits"]);
    expect(limit).toMatch(/ 10000 +10000 /);
    expect(await hosts.run("worker2", ["cat", "/etc/crictl.yaml"])).toContain(
      "runtime-endpoint: unix:///run/containerd/containerd.sock",
    );
  });

  const received = async () => Number(await hosts.run("worker2", ["cat", "/sys/class/net/host0/statistics/rx_bytes"]));
  const shortNode = () => hexOf(nodeLayer().digest).slice(0, 12);

  it("goes on with a transfer where it was interrupted", async () => {
    const interrupted = await runRuntime(hosts.lab, distribution, {
      only: ["worker2"],
      environment,
      runtime: wish,
      interruptOn: (event) =>
        event.kind === "note" && event.text.startsWith(`layer ${shortNode()}`) && event.text.endsWith("75 %"),
    });
    expect(interrupted.summary.isInterrupted).toBe(true);
    const before = await received();
    const resumed = await runRuntime(hosts.lab, distribution, {
      only: ["worker2"],
      phases: [runtime, images],
      environment,
      runtime: wish,
    });
    expect(resumed.summary.errors).toEqual([]);
    const all = distinctBlobs(distribution.images.images).reduce((total, { size }) => total + size, 0);
    expect((await received()) - before).toBeLessThan(all - nodeLayer().size / 2);
    expect(await hosts.run("worker2", ["ls", "/var/lib/containerd"])).not.toContain("arrival");
  });

  it("fails with the unit's last lines when containerd does not come up", async () => {
    const dropIn = "/etc/systemd/system/containerd.service.d/zz-broken.conf";
    const broken = `[Service]\nExecStart=\nExecStart=/bin/sh -c "echo no such luck; exit 3"\n`;
    await hosts.run(
      "worker2",
      ["sh", "-c", `cat >${dropIn} && systemctl daemon-reload && systemctl stop containerd`],
      broken,
    );
    const run = await runRuntime(hosts.lab, distribution, {
      only: ["worker2"],
      phases: [environmentPhase, runtime],
      environment,
      runtime: wish,
    });
    expect(errorOn(run, "worker2")).toMatchObject({ phase: "runtime", got: expect.stringContaining("no such luck") });
  });
});
