import { type CriClient, criClientOver } from "../../kube/cri/client.ts";
import { channelOver } from "../../kube/grpc/channel.ts";
import type { ClusterChange, Phase, Target } from "../engine/phase.ts";
import { lateStream } from "./late-stream.ts";

/**
 * Stops and removes every pod sandbox of the runtime, through the runtime itself, which takes their network down as well
 * (app/cmd/phases/reset/cleanupnode.go).
 */
export const removePods: Phase<unknown> = {
  id: "remove-pods",
  title: "Remove the pods",
  dependsOn: ["stop-kubelet"],
  appliesTo: () => true,
  cluster: async (_, target, mode) => {
    if (target.facts.runtimeSockets.length === 0) return [];
    const cri = runtimeOf(target);
    try {
      const { items } = await cri.listPodSandbox({});
      if (mode === "apply") for (const { id } of items) await remove(cri, id);
      return items.map(
        ({ metadata }): ClusterChange => ({ object: `Pod/${metadata?.namespace}/${metadata?.name}`, action: "delete" }),
      );
    } finally {
      cri.close();
    }
  },
};

const attempts = 5;

async function remove(cri: CriClient, podSandboxId: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await cri.stopPodSandbox({ podSandboxId });
      await cri.removePodSandbox({ podSandboxId });
      return;
    } catch (thrown) {
      if (attempt === attempts) throw thrown;
    }
  }
}

function runtimeOf({ host, facts }: Target): CriClient {
  const path = facts.runtimeSockets[0] ?? "";
  return criClientOver(channelOver(() => lateStream(host.tunnel({ kind: "unix", path }))));
}
