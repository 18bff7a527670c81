import { describe, expect, it } from "vitest";
import { healthAnswer, isEligible } from "../../../../src/components/proxy/serving/healthz.ts";
import { localEndpoints, localEndpointsAnswer } from "../../../../src/components/proxy/serving/local-endpoints.ts";
import { SyncHealth } from "../../../../src/components/proxy/sync/sync-health.ts";
import { endpoint, servicePort } from "../service-port-fixture.ts";

function healthAt(clock: { now: number }): SyncHealth {
  return new SyncHealth({ timeoutMs: 60_000, now: () => clock.now });
}

describe("health", () => {
  it("begins with the first sync and ends when a change waits too long", () => {
    const clock = { now: 1_000 };
    const health = healthAt(clock);
    expect(health.isHealthy).toBe(false);
    health.updated(clock.now);
    expect(health.isHealthy).toBe(true);
    health.queued();
    clock.now += 60_001;
    expect(health.isHealthy).toBe(false);
    health.updated(clock.now);
    expect(health.isHealthy).toBe(true);
  });

  it("of a node that is being deleted is told to load balancers, not to probes", () => {
    const health = healthAt({ now: 1_000 });
    health.updated(1_000);
    const state = { health, isEligible: false, now: 2_000 };
    expect(healthAnswer("/healthz", state).status).toBe(503);
    expect(healthAnswer("/livez", state).status).toBe(200);
    expect(JSON.parse(healthAnswer("/healthz", state).body)).toEqual({
      lastUpdated: "1970-01-01T00:00:01.000Z",
      currentTime: "1970-01-01T00:00:02.000Z",
      nodeEligible: false,
    });
  });

  it.each([
    [{ metadata: {} }, true],
    [{ metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }, false],
    [{ metadata: {}, spec: { taints: [{ key: "ToBeDeletedByClusterAutoscaler" }] } }, false],
  ])("finds %j eligible: %s", (node, eligible) => {
    expect(isEligible(node)).toBe(eligible);
  });
});

describe("a health check node port", () => {
  const here = [endpoint("10.244.1.2", { isLocal: true }), endpoint("10.244.1.3", { isLocal: true, ready: false })];
  const web = servicePort({ healthCheckNodePort: 32000, endpoints: [...here, endpoint("10.244.2.2")] });

  it("counts a pod once, however many ports its service has", () => {
    expect(localEndpoints([web, { ...web, name: "default/web:admin", port: 81 }])).toEqual([
      { namespace: "default", name: "web", port: 32000, count: 1 },
    ]);
  });

  it("answers with the count, and 503 without any", () => {
    const entry = { namespace: "default", name: "web", port: 32000, count: 1 };
    expect(localEndpointsAnswer(entry, true)).toMatchObject({
      status: 200,
      headers: { "x-load-balancing-endpoint-weight": "1" },
    });
    expect(localEndpointsAnswer({ ...entry, count: 0 }, true).status).toBe(503);
    expect(localEndpointsAnswer(entry, false).status).toBe(503);
  });
});
