import { describe, expect, test } from "vitest";
import type { Container } from "../../../../src/kubelet/api/container.ts";
import type { ProbeVerdicts } from "../../../../src/kubelet/pods/containers/container-kill.ts";
import { podActions } from "../../../../src/kubelet/pods/containers/pod-actions.ts";
import { container, ended, pod, record, runtime, sandbox } from "../../sample.ts";

const well: ProbeVerdicts = { livenessFailed: () => false, startupFailed: () => false, started: () => true };
const main = container();
const names = (containers: readonly Container[]) => containers.map(({ name }) => name);

describe("the sandbox", () => {
  test("a pod that has none gets its first, and all containers", () => {
    const actions = podActions(pod(), runtime([], []), well);
    expect(actions).toMatchObject({ killPod: true, createSandbox: true, attempt: 0 });
    expect(names(actions.starts)).toEqual(["main"]);
  });

  test.each([
    ["is not ready", [sandbox({ ready: false, attempt: 2 })]],
    ["lost its address", [sandbox({ ips: [], attempt: 2 })]],
    ["is ready twice", [sandbox({ attempt: 2 }), sandbox({ id: "older" })]],
  ])("one that %s is replaced by the next attempt", (_, sandboxes) => {
    const actions = podActions(pod(), runtime([record(main)], sandboxes), well);
    expect(actions).toMatchObject({ killPod: true, createSandbox: true, attempt: 3 });
  });

  test("a pod on the host's network needs no address", () => {
    const actions = podActions(pod({ hostNetwork: true }), runtime([record(main)], [sandbox({ ips: [] })]), well);
    expect(actions).toMatchObject({ killPod: false, createSandbox: false, starts: [] });
  });

  test("with restartPolicy Never a pod that ran gets no second sandbox", () => {
    const actions = podActions(
      pod({ restartPolicy: "Never" }),
      runtime([ended(main, 1)], [sandbox({ ready: false })]),
      well,
    );
    expect(actions).toMatchObject({ killPod: true, createSandbox: false, starts: [] });
  });

  test("with OnFailure only containers that did not succeed start again", () => {
    const other = container({ name: "other" });
    const wanted = pod({ restartPolicy: "OnFailure", containers: [main, other] });
    const actions = podActions(wanted, runtime([ended(main, 0), ended(other, 1)], [sandbox({ ready: false })]), well);
    expect(names(actions.starts)).toEqual(["other"]);
  });
});

describe("containers", () => {
  test.each([
    ["Always", 0, true],
    ["Always", 1, true],
    ["OnFailure", 0, false],
    ["OnFailure", 1, true],
    ["Never", 0, false],
    ["Never", 1, false],
  ] as const)("with %s and exit code %d: starts again %s", (restartPolicy, exitCode, again) => {
    const side = container({ name: "side" });
    const wanted = pod({ restartPolicy, containers: [main, side] });
    const actions = podActions(wanted, runtime([ended(main, exitCode), record(side)]), well);
    expect(names(actions.starts)).toEqual(again ? ["main"] : []);
    expect(actions.killPod).toBe(false);
  });

  test("when all have ended for good the pod is stopped", () => {
    expect(podActions(pod({ restartPolicy: "Never" }), runtime([ended(main, 0)]), well)).toMatchObject({
      killPod: true,
      createSandbox: false,
      starts: [],
    });
  });

  test("a changed image replaces the container", () => {
    const actions = podActions(
      pod({ containers: [container({ image: "example.test/app:2" })] }),
      runtime([record(main)]),
      well,
    );
    expect(actions.kills[0]?.message).toBe("Container main definition changed, will be restarted");
    expect(names(actions.starts)).toEqual(["main"]);
  });

  test("a failed liveness probe restarts the container, or ends a pod that restarts nothing", () => {
    const verdicts = { ...well, livenessFailed: () => true };
    const restarted = podActions(pod(), runtime([record(main)]), verdicts);
    expect(restarted.kills[0]).toMatchObject({
      message: "Container main failed liveness probe, will be restarted",
      reason: "livenessProbe",
    });
    expect(names(restarted.starts)).toEqual(["main"]);
    const never = podActions(pod({ restartPolicy: "Never" }), runtime([record(main)]), verdicts);
    expect(never).toMatchObject({ killPod: true, starts: [] });
  });

  test("one in an unknown state is killed before it starts again", () => {
    const actions = podActions(pod(), runtime([record(main, { state: "unknown" })]), well);
    expect(actions.kills[0]?.reason).toBe("unknownState");
    expect(names(actions.starts)).toEqual(["main"]);
  });

  test("nothing starts in a pod that is being deleted", () => {
    const deleted = pod({}, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect(podActions(deleted, runtime([ended(main, 1)]), well).starts).toEqual([]);
  });

  test("an ephemeral container starts once", () => {
    const debug = container({ name: "debug" });
    const wanted = pod({ ephemeralContainers: [debug] });
    expect(names(podActions(wanted, runtime([record(main)]), well).starts)).toEqual(["debug"]);
    expect(names(podActions(wanted, runtime([record(main), ended(debug, 0)]), well).starts)).toEqual([]);
  });
});

describe("init containers", () => {
  const one = container({ name: "one" });
  const two = container({ name: "two" });
  const sidecar = container({ name: "side", restartPolicy: "Always" });

  test("they run one after the other, then the containers", () => {
    const wanted = pod({ initContainers: [one, two] });
    expect(names(podActions(wanted, runtime([], []), well).starts)).toEqual(["one"]);
    expect(names(podActions(wanted, runtime([record(one)]), well).starts)).toEqual([]);
    expect(names(podActions(wanted, runtime([ended(one, 0)]), well).starts)).toEqual(["two"]);
    expect(names(podActions(wanted, runtime([ended(two, 0), ended(one, 0)]), well).starts)).toEqual(["main"]);
  });

  test("one that fails runs again, or fails the pod with restartPolicy Never", () => {
    expect(names(podActions(pod({ initContainers: [one] }), runtime([ended(one, 1)]), well).starts)).toEqual(["one"]);
    const never = podActions(pod({ initContainers: [one], restartPolicy: "Never" }), runtime([ended(one, 1)]), well);
    expect(never).toMatchObject({ killPod: true, starts: [] });
  });

  test("they don't run again once the containers were started", () => {
    expect(names(podActions(pod({ initContainers: [one] }), runtime([record(main)]), well).starts)).toEqual([]);
  });

  test("a sidecar holds back what follows until it has started, and runs on beside the containers", () => {
    const wanted = pod({ initContainers: [sidecar, two] });
    expect(names(podActions(wanted, runtime([], []), well).starts)).toEqual(["side"]);
    const starting = podActions(wanted, runtime([record(sidecar)]), { ...well, started: () => false });
    expect(names(starting.starts)).toEqual([]);
    expect(names(podActions(wanted, runtime([record(sidecar)]), well).starts)).toEqual(["two"]);
    const crashed = runtime([record(main), ended(two, 0), ended(sidecar, 1)]);
    expect(names(podActions(wanted, crashed, well).starts)).toEqual(["side"]);
  });

  test("a sidecar that crashes does not hold up an init container that is at work", () => {
    const wanted = pod({ initContainers: [sidecar, one, two] });
    const actions = podActions(wanted, runtime([ended(one, 0), ended(sidecar, 1)]), well);
    expect(names(actions.starts)).toEqual(["side", "two"]);
  });

  test("a new sandbox starts from the first init container", () => {
    const wanted = pod({ initContainers: [one] });
    const actions = podActions(wanted, runtime([record(main), ended(one, 0)], [sandbox({ ready: false })]), well);
    expect(names(actions.starts)).toEqual(["one"]);
  });
});
