import { describe, expect, it } from "vitest";
import { type Query, type Reply, reply } from "../../../../src/components/dns/message.ts";
import { type CacheOptions, cache } from "../../../../src/components/dns/plugins/cache.ts";

const query: Query = { name: "a.example.org", type: "A", protocol: "udp" };
const kind = { capacity: 10, maxTtl: 30, minTtl: 0, disabled: [] };

/** A cache over an answer that can be changed, with a clock that stands still. */
function setUp(options: Partial<CacheOptions> = {}) {
  const world = { now: 0, asked: 0, next: answer(300) as Reply };
  const plugin = cache({ zones: [""], success: kind, denial: kind, keepTtl: false, now: () => world.now, ...options });
  const handler = plugin(() => {
    world.asked++;
    return world.next;
  });
  return { world, ask: async (name = query.name) => handler({ ...query, name }) };
}

function answer(ttl: number): Reply {
  return reply("NOERROR", { answers: [{ type: "A", name: query.name, ttl, data: "192.0.2.1" }] });
}

describe("the cache", () => {
  it("asks once for as long as it may keep an answer, and counts its TTL down", async () => {
    const { world, ask } = setUp();
    await ask();
    world.now = 10_000;
    expect(await ask()).toMatchObject({ answers: [{ ttl: 290 }] });
    world.now = 30_000;
    await ask();
    expect(world.asked).toBe(2);
  });

  it("keeps denials as long as their SOA says, and failures not at all", async () => {
    const { world, ask } = setUp();
    const soa = { mname: "ns", rname: "h", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 5 };
    world.next = reply("NXDOMAIN", { authorities: [{ type: "SOA", name: "example.org", ttl: 5, data: soa }] });
    await ask();
    await ask();
    expect(world.asked).toBe(1);
    world.next = reply("SERVFAIL");
    await ask("other.example.org");
    await ask("other.example.org");
    expect(world.asked).toBe(3);
  });

  it("keeps nothing of zones for which it is off", async () => {
    const { world, ask } = setUp({ success: { ...kind, disabled: ["example.org"] } });
    await ask();
    await ask();
    expect(world.asked).toBe(2);
  });

  it("gives what has ended, with TTL 0, while it asks anew", async () => {
    const { world, ask } = setUp({ stale: { forMs: 60_000, mode: "immediate" } });
    await ask();
    world.now = 40_000;
    expect(await ask()).toMatchObject({ answers: [{ ttl: 0 }] });
    expect(world.asked).toBe(2);
    expect(await ask()).toMatchObject({ answers: [{ ttl: 300 }] });
    world.now = 200_000;
    expect(await ask()).toMatchObject({ answers: [{ ttl: 300 }] });
    expect(world.asked).toBe(3);
  });

  it("gives what has ended only if asking fails, when that is to be verified", async () => {
    const { world, ask } = setUp({ stale: { forMs: 60_000, mode: "verify" } });
    await ask();
    world.now = 40_000;
    world.next = reply("SERVFAIL");
    expect(await ask()).toMatchObject({ rcode: "NOERROR", answers: [{ ttl: 0 }] });
  });

  it("asks ahead for what is asked often and ends soon", async () => {
    const { world, ask } = setUp({ prefetch: { amount: 2, withinMs: 60_000, percentage: 10 } });
    await ask();
    await ask();
    world.now = 28_000;
    await ask();
    expect(world.asked).toBe(2);
  });

  it("drops the oldest beyond its capacity", async () => {
    const { world, ask } = setUp({ success: { ...kind, capacity: 2 } });
    for (const name of ["a", "b", "c", "a"]) await ask(name);
    expect(world.asked).toBe(4);
  });
});
