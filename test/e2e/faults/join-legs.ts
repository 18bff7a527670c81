import { initWorkflow } from "../../../src/init/phases.ts";
import { joinPhases } from "../../../src/join/join.ts";
import type { Lab } from "../../../src/lab/view.ts";
import { controlPlaneJoinPhases } from "../../../src/phases/control-plane-join.ts";
import { environment } from "../../../src/phases/host-settings/environment.ts";
import { files } from "../../../src/phases/host-settings/files.ts";
import { hooksBefore } from "../../../src/phases/host-settings/hooks.ts";
import { idsOf, type Leg, without } from "./leg.ts";

const token = "abcdef.0123456789abcdef";
const certificateKey = "0123456789abcdef".repeat(4);

const addressOf = ({ hosts }: Lab, name: string) => hosts.find((host) => host.name === name)?.address ?? "";
const endpoint = (lab: Lab) => `${addressOf(lab, "cp1")}:6443`;
const over = (lab: Lab, name: string) => [
  ...["--host", `root@${addressOf(lab, name)}`],
  ...["--identity", lab.key, "--known-hosts", lab.knownHosts],
];

/** What only a cluster file can set. */
export const filePhases = [environment, hooksBefore, files];

const init = (lab: Lab) => [
  ...["init", ...over(lab, "cp1"), "--control-plane-endpoint", endpoint(lab)],
  ...["--token", token, "--upload-certs", "--certificate-key", certificateKey],
];
const joinAs = (name: string) => (lab: Lab) => [
  ...["join", endpoint(lab), ...over(lab, name)],
  ...["--token", token, "--discovery-token-unsafe-skip-ca-verification"],
];

export const initLeg: Leg = {
  title: "init",
  phases: without(initWorkflow, filePhases),
  argv: init,
  // each upload seals the certificates anew, and a token lives from each run on
  settled: (lab) => [...init(lab), ...["upload-certs", "bootstrap-token"].flatMap((id) => ["--skip-phases", id])],
  on: ["cp1"],
};

export const workerLeg: Leg = {
  title: "join",
  phases: without(joinPhases, [...filePhases, ...controlPlaneJoinPhases]),
  argv: joinAs("worker1"),
  on: ["worker1"],
};

export const controlPlaneLeg: Leg = {
  title: "join --control-plane",
  phases: idsOf(controlPlaneJoinPhases),
  argv: (lab) => [...joinAs("cp2")(lab), "--control-plane", "--certificate-key", certificateKey],
  on: ["cp2"],
};
