import { readFile, writeFile } from "node:fs/promises";
import { applyPhases } from "../../../src/apply/phases.ts";
import { parseYaml, yaml } from "../../../src/base/yaml.ts";
import { initPhases } from "../../../src/init/phases.ts";
import type { Lab } from "../../../src/lab/view.ts";
import { controlPlaneJoinPhases } from "../../../src/phases/control-plane-join.ts";
import { hostPhases } from "../../../src/phases/host-phases.ts";
import { prune } from "../../../src/phases/prune.ts";
import { uploadCerts } from "../../../src/phases/upload-certs.ts";
import { idsOf, type Leg, without } from "./leg.ts";

const apply = ({ clusterFile }: Lab) => ["apply", "-f", clusterFile];
const applyOn = (...names: readonly string[]) => {
  return (lab: Lab) => [...apply(lab), ...names.flatMap((name) => ["--hosts", name])];
};

/**
 * `apply` of a file with up to two control planes and a worker. A host takes part from the leg on in which it is struck, so
 * that none has run ahead and is done when its turn comes.
 */
export const hostLeg: Leg = {
  title: "hosts",
  phases: idsOf(hostPhases),
  // and no further: what the next leg strikes is still to do
  argv: (lab) => [...applyOn("cp1")(lab), ...idsOf(hostPhases).flatMap((id) => ["--phase", id])],
  on: ["cp1"],
};

export const initLeg: Leg = {
  title: "the first control plane",
  // apply shares certificates over SSH, not by upload: that is for `init --upload-certs`
  phases: without(initPhases, [uploadCerts]),
  argv: applyOn("cp1"),
  on: ["cp1"],
};

export const controlPlaneLeg: Leg = {
  title: "one that joins it",
  phases: idsOf(controlPlaneJoinPhases),
  argv: applyOn("cp1", "cp2"),
  on: ["cp2"],
};

export const nodeLeg: Leg = {
  title: "Nodes",
  phases: without(applyPhases, [...hostPhases, ...initPhases, ...controlPlaneJoinPhases, prune]),
  argv: apply,
  on: ["worker1", "cp1"],
};

/** Wants a Node to remove; without one there is nothing to interrupt. */
export const pruneLeg: Leg = {
  title: "a Node too many",
  phases: [prune.id],
  argv: (lab) => [...apply(lab), "--prune"],
  on: ["cp1"],
};

/** Gives the lab's cluster file something to do in every phase that waits for settings. */
export async function withSettings({ clusterFile, hosts }: Lab): Promise<void> {
  const cluster = parseYaml(await readFile(clusterFile, "utf8")) as { spec: { hosts: { name: string }[] } };
  const settings = ({ name }: { name: string }) => ({
    environment: { NO_PROXY: "*" },
    files: [{ content: `${name}\n`, dst: "/etc/slipway-name" }],
    hooks: { before: ["echo before > /etc/hook-before"], after: ["echo after > /etc/hook-after"] },
    labels: { "example.com/host": name },
  });
  const { spec } = cluster;
  const changed = {
    ...cluster,
    spec: {
      ...spec,
      controlPlaneEndpoint: `${hosts[0]?.address}:6443`,
      hosts: spec.hosts.map((host) => ({ ...host, ...settings(host) })),
    },
  };
  await writeFile(clusterFile, yaml(changed));
}
