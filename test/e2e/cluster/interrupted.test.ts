import { describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labCut, labHeal } from "../../../src/lab/links.ts";
import { labPowerOff, labPowerOn } from "../../../src/lab/power.ts";
import { slipwayDone, useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";
import { type Moment, struckApply } from "../fixtures/struck-apply.ts";

/** In the order of a run, so that each run goes on from where the one before was killed. */
const controlPlaneMoments: readonly Moment[] = [
  { phase: "runtime", kind: "phase-started" },
  { phase: "images", kind: "phase-started" },
  { phase: "images", kind: "phase-started", afterMs: 400 },
  { phase: "certs", kind: "phase-started" },
  { phase: "certs", kind: "resource" },
  { phase: "control-plane", kind: "phase-started" },
  { phase: "control-plane", kind: "resource" },
  { phase: "kubelet-start", kind: "phase-started" },
  { phase: "kubelet-start", kind: "phase-started", afterMs: 400 },
  { phase: "wait-control-plane", kind: "phase-started" },
  { phase: "upload-config", kind: "phase-started" },
  { phase: "upload-config", kind: "cluster-object" },
  { phase: "bootstrap-token", kind: "cluster-object" },
  { phase: "addon", kind: "phase-started" },
  { phase: "addon", kind: "cluster-object" },
];

describe("an interrupted apply", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 1, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  const file = () => ["-f", hosts.lab.clusterFile];
  const name = () => hosts.lab.name;
  const converges = async () => {
    await slipwayDone("apply", ...file());
    expect(await slipwayDone("apply", ...file())).toContain("nothing to change");
  };
  const ready = async () => (await kubectl(["get", "nodes"])).match(/ Ready /g)?.length ?? 0;

  /** Takes etcd and the API server away, so that the next run has something to wait for. */
  const withoutControlPlane = async () => {
    await hosts.run("cp1", [
      "rm",
      "/etc/kubernetes/manifests/kube-apiserver.yaml",
      "/etc/kubernetes/manifests/etcd.yaml",
    ]);
    const listening = () => hosts.run("cp1", ["ss", "-Hltn", "sport = :6443 or sport = :2379"]);
    await until(async () => (await listening()) === "", {
      for: "etcd and the API to end",
      withinMs: 120_000,
      everyMs: 300,
    });
  };

  it.each(controlPlaneMoments)("is killed at $phase ($kind), and the next one comes further", async (moment) => {
    const { signal } = await struckApply([...file(), "--hosts", "cp1"], moment, (kill) => kill());
    expect(signal).toBe("SIGKILL");
  });

  it("tells of a control plane that lost its power while it was waited for, and goes on when it is back", async () => {
    await withoutControlPlane();
    const moment: Moment = { phase: "wait-control-plane", kind: "phase-started" };
    const { exitCode } = await struckApply([...file(), "--hosts", "cp1"], moment, () =>
      labPowerOff({ name: name(), hosts: ["cp1"] }),
    );
    await labPowerOn({ name: name(), hosts: ["cp1"] });
    expect(exitCode).toBe(11);
    await slipwayDone("apply", ...file(), "--hosts", "cp1");
  });

  it("loses one host in the middle of an upload: the others are done, that one is told", async () => {
    const moment: Moment = { phase: "images", kind: "phase-started", host: "worker1", afterMs: 400 };
    const { exitCode, events } = await struckApply(file(), moment, () =>
      labCut({ name: name() }, ["operator", "worker1"]),
    );
    await labHeal({ name: name() });
    expect(exitCode).toBe(11);
    const outcomes = events.flatMap((event) => (event.kind === "host-finished" ? [[event.host, event.outcome]] : []));
    expect(Object.fromEntries(outcomes)).toEqual({ cp1: "done", worker1: "failed" });
  });

  it("is killed while a worker joins, and its next run converges", async () => {
    const moment: Moment = { phase: "kubelet-join", kind: "phase-started", afterMs: 400 };
    const { signal } = await struckApply(file(), moment, (kill) => kill());
    expect(signal).toBe("SIGKILL");
    await converges();
    await until(async () => (await ready()) === 2, { for: "2 Nodes to be Ready", withinMs: 60_000, everyMs: 500 });
  });
});
