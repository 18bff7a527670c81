import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { nftIn, sh } from "../netns.ts";

/** The proxier runs as a process of its own inside a network namespace: what stands there outlives it, as on a node. */
const namespace = `sw-sync-${process.pid}`;

beforeEach(() => {
  sh(`ip netns delete ${namespace} 2>/dev/null || true; ip netns add ${namespace}; ip -n ${namespace} link set lo up`);
});

afterAll(() => {
  sh(`ip netns delete ${namespace}`);
});

describe("a proxier that starts", () => {
  it("takes over what an earlier one left, and removes what nobody asks for any more", () => {
    sync([
      { name: "default/old:", clusterIp: "10.96.0.9" },
      { name: "default/web:", clusterIp: "10.96.0.10" },
    ]);
    sync([{ name: "default/web:", clusterIp: "10.96.0.10", endpoints: ["10.244.1.9"] }]);
    expect(table()).toContain("10.96.0.10 . tcp . 80 : 10.244.1.9 . 8080");
    expect(table()).not.toMatch(/old|10\.96\.0\.9 |10\.244\.1\.2/);
  });

  it("keeps the clients that session affinity remembers", () => {
    sync([{ name: "default/web:", clusterIp: "10.96.0.10", affinitySeconds: 100 }]);
    const set = /set (affinity-\S+)/.exec(table())?.[1];
    nftIn(namespace, `add element ip kube-proxy ${set} { 10.1.1.1 timeout 50s }`);
    sync([{ name: "default/web:", clusterIp: "10.96.0.10", affinitySeconds: 200 }]);
    // what was left of its time, not the new time: 3m20s
    expect(table()).toMatch(/10\.1\.1\.1 timeout ([1-4]?\d|50)s/);
    expect(table()).toContain("timeout 3m20s");
  });

  it("replaces a table of that name that it can't take over", () => {
    nftIn(namespace, "table ip kube-proxy { map service-ips { type ipv4_addr : verdict; }; chain strange { drop; }; }");
    sync([{ name: "default/web:", clusterIp: "10.96.0.10" }]);
    expect(table()).not.toContain("strange");
    expect(table()).toContain("10.96.0.10 . tcp . 80");
  });

  it("does so in one transaction, so that no packet meets a table without rules", async () => {
    sync([{ name: "default/web:", clusterIp: "10.96.0.10" }]);
    const monitor = spawn("ip", ["netns", "exec", namespace, "nft", "monitor"]);
    let seen = "";
    monitor.stdout.on("data", (chunk: Buffer) => {
      seen += chunk;
    });
    const has = (mark: string) => {
      if (mark === "begin") nftIn(namespace, "add table ip begin\ndelete table ip begin");
      return new RegExp(`add table ip ${mark}$[\\s\\S]*?^# new generation`, "m").test(seen);
    };
    try {
      await until(() => has("begin"), { for: "nft monitor to watch", withinMs: 60_000 });
      nftIn(namespace, "add table ip before");
      sync([{ name: "default/web:", clusterIp: "10.96.0.10" }], ["sync"]);
      nftIn(namespace, "add table ip after");
      await until(() => has("after"), { for: "the monitor to tell of all", withinMs: 60_000 });
      const [, between = ""] =
        /add table ip before$[\s\S]*?^# new generation.*$([\s\S]*)add table ip after$/m.exec(seen) ?? [];
      expect(between.match(/^# new generation/gm), seen).toHaveLength(1);
    } finally {
      monitor.kill();
    }
  });
});

describe("a proxier that runs", () => {
  it("writes nothing when nothing changed, and all again when its table was flushed", () => {
    const told = sync([{ name: "default/web:", clusterIp: "10.96.0.10" }], ["sync", "flush", "check", "sync"]);
    expect(told).toEqual({ checks: [false] });
    expect(table()).toContain("jump services");
  });
});

type Wish = { name: string; clusterIp: string; endpoints?: string[]; affinitySeconds?: number };

function sync(services: Wish[], steps = ["sync", "sync"]): unknown {
  const runner = join(import.meta.dirname, "proxier-process.ts");
  const input = JSON.stringify({ services, steps });
  return JSON.parse(
    execFileSync("ip", ["netns", "exec", namespace, process.execPath, runner, input], {
      encoding: "utf8",
      timeout: 60_000,
    }),
  );
}

function table(): string {
  return sh(`ip netns exec ${namespace} nft list table ip kube-proxy`);
}
