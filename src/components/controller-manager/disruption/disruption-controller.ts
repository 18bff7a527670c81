import { keyOf } from "../../../kube/informer/store.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../../kube/kinds/policy.ts";
import { selects } from "../../../kube/label-selector.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";
import { updateStatus } from "../framework/update-status.ts";
import { isPodFinished } from "../pods/pod-state.ts";
import { disruptionStatus } from "./disruption-status.ts";
import { ExpectedPods } from "./expected-pods.ts";
import { staleAtMs, withdrawDisruption } from "./stale-disruption.ts";

/** Keeps the status of PodDisruptionBudgets: how many pods may be evicted now. */
export const disruptionController: Controller = {
  name: "disruption-controller",
  alias: "disruption",
  account: "disruption-controller",
  start(context) {
    const { informers, client, now } = context;
    const budgets = informers.of<PodDisruptionBudget>(resources.poddisruptionbudgets);
    const pods = informers.of<Pod>(resources.pods);
    const expectedPods = new ExpectedPods(client, informers);
    const worker: KeyedWorker = new KeyedWorker(context, "disruption", async (key) => {
      const budget = budgets.store.get(key);
      if (!budget) return;
      const covered = pods.store
        .list(budget.metadata.namespace)
        .filter((pod) => selects(budget.spec.selector, pod.metadata.labels) && !isPodFinished(pod));
      const expected = await expectedPods.of(budget, covered);
      const status = disruptionStatus(budget, covered, { expected, nowMs: now() });
      await updateStatus(client, resources.poddisruptionbudgets, budget, status);
      // granted evictions that never happen are forgotten after a while
      if (status.disruptedPods) worker.addAfter(key, 2 * 60_000);
    });
    const stale: KeyedWorker = new KeyedWorker(context, "stale_pod_disruption", async (key) => {
      const pod = pods.store.get(key);
      const atMs = pod && staleAtMs(pod);
      if (!pod || atMs === undefined) return;
      if (atMs > now()) stale.addAfter(key, atMs - now());
      else await withdrawDisruption(client, pod, now());
    });
    const podSeen = (pod: Pod) => {
      podChanged(pod);
      if (staleAtMs(pod) !== undefined) stale.add(keyOf(pod));
    };
    const podChanged = ({ metadata }: Pod) => {
      for (const budget of budgets.store.list(metadata.namespace)) {
        if (selects(budget.spec.selector, metadata.labels)) worker.add(keyOf(budget));
      }
    };
    return () => {
      worker.follow(budgets);
      pods.addHandler({
        added: podSeen,
        deleted: podChanged,
        updated: (old, pod) => {
          podChanged(old);
          podSeen(pod);
        },
      });
      worker.run();
      stale.run();
    };
  },
};
