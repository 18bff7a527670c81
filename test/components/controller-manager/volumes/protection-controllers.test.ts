import { expect, test } from "vitest";
import { uses } from "../../../../src/components/controller-manager/volumes/protection-controllers.ts";
import type { Pod, Volume } from "../../../../src/kube/kinds/pod.ts";
import { deleted, podWith } from "../pod.ts";

const claimed: Volume = { name: "v", persistentVolumeClaim: { claimName: "data" } };
const template = { spec: { accessModes: ["ReadWriteOnce"] } };
const ephemeral: Volume = { name: "tmp", ephemeral: { volumeClaimTemplate: template } };
const pod = (volume: Volume, rest: Parameters<typeof podWith>[0] = {}) =>
  podWith({ ...rest, spec: { volumes: [volume], ...rest.spec } });
const shutDown = { ...deleted, deletionGracePeriodSeconds: 0 };

test.each<[string, Pod, string, boolean]>([
  ["a pod with a node uses its claim", pod(claimed), "x/data", true],
  ["one that waits for a node does not", pod(claimed, { spec: { nodeName: "" } }), "x/data", false],
  ["one that has finished does, until it is gone", pod(claimed, { status: { phase: "Succeeded" } }), "x/data", true],
  ["one that its kubelet is done with does too", pod(claimed, { metadata: shutDown }), "x/data", true],
  ["not another's claim", pod(claimed), "y/data", false],
  ["an ephemeral volume's claim is named after the pod", pod(ephemeral), "x/p-tmp", true],
  ["which it holds while it ends", pod(ephemeral, { metadata: deleted }), "x/p-tmp", true],
  ["and no longer when its kubelet is done", pod(ephemeral, { metadata: shutDown }), "x/p-tmp", false],
])("%s", (_, ...[user, key, expected]) => {
  expect(uses(user, key)).toBe(expected);
});
