import { expect, test } from "vitest";
import { volumeRestrictions } from "../../../../src/components/scheduler/plugins/volume-restrictions.ts";
import type { PersistentVolumeClaim } from "../../../../src/kube/kinds/volume-claim.ts";
import { clusterOf, infoOf, nodeOf, noVolumes, podOf } from "../cluster.ts";

const spec = { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "c" } }] };
const claim = (mode: string): PersistentVolumeClaim => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "c", namespace: "default" },
  spec: { accessModes: [mode] },
});

test.each([
  ["ReadWriteOncePod", "default", "rejected"],
  ["ReadWriteOncePod", "elsewhere", "passes"],
  ["ReadWriteOnce", "default", "passes"],
])("a %s claim with a pod in namespace %s that uses one of its name: %s", (mode, namespace, expected) => {
  const volumes = { ...noVolumes, claim: () => claim(mode) };
  const user = podOf("user", { namespace, spec });
  const state = clusterOf([nodeOf("n1"), nodeOf("n2")], { n1: [user] }, volumes);
  const plan = volumeRestrictions.filter?.(infoOf("p", { spec }), state);
  const rejection = plan?.kind === "checks" ? plan.check(state.nodes[1]!) : undefined;
  expect(rejection ? "rejected" : plan?.kind).toBe(expected);
  if (rejection) expect(rejection.unresolvable).toBe(false);
});
