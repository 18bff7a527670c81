import { expect, it } from "vitest";
import { notRestarted } from "../../../src/phases/cluster/not-restarted.ts";
import { targetOf } from "../waiting-run.ts";

it("tells of a component that does not come back what the kubelet and its container say", async () => {
  const run = async ([program]: readonly string[]) => {
    const stdout = program === "systemctl" ? "kubelet: active" : "etcd: disk is full";
    return { exitCode: 0, stdout, stderr: "", durationMs: 0 };
  };
  const { host } = targetOf("cp1", { run });
  const { details } = await notRestarted("etcd", host, new Error("timed out after 120 s"));
  expect(details).toMatchObject({ code: "CONTAINER_NOT_RESTARTED", exit: "hostStep", host: "cp1" });
  expect(details.got?.split("\n")).toEqual(["timed out after 120 s", "kubelet: active", "etcd: disk is full"]);
});
