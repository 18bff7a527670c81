import { type Renewal, renew } from "../kubeconfig/lifetime/renewal.ts";
import { componentsUsing } from "../kubeconfig/lifetime/used-by.ts";
import { type ClusterContext, isControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { credentialReads, lookAtCredentials } from "./cluster/found-credentials.ts";
import { restartContainers } from "./cluster/restart-containers.ts";
import type { Phase, Target } from "./engine/phase.ts";
import { file } from "./engine/resources/file.ts";
import { runtimeOf } from "./runtime/node-runtime.ts";
import { withCri } from "./runtime/with-cri.ts";

/**
 * Renews certificates and kubeconfigs of every control plane by their names (`certs renew`), and restarts the components that use
 * them, which read them at their start only (kubeadm's guide to certificates). One host after the other.
 */
export function certsRenew(names: readonly string[]): Phase<ClusterContext> {
  const renewals = new Map<string, Promise<readonly Renewal[]>>();
  const renewalsOn = (context: ClusterContext, target: Target) => {
    const known = renewals.get(target.host.name) ?? renewed(names, context, target);
    renewals.set(target.host.name, known);
    return known;
  };
  return {
    id: "certs-renew",
    title: "Renew certificates, and restart what uses them",
    oneHostAtATime: true,
    toleratesUnreachable: true,
    appliesTo: isControlPlane,
    reads: (context, target) => credentialReads(nodeOf(context, target).input),
    resources: async (context, target) => {
      const files = (await renewalsOn(context, target)).flatMap((one) => (one.kind === "renewed" ? one.files : []));
      return files.map(({ path, content, mode }) => file(path, { content, mode, secret: true }));
    },
    ready: async (context, target) => {
      const done = (await renewalsOn(context, target)).flatMap((one) => (one.kind === "renewed" ? [one.name] : []));
      await restartUsers(componentsUsing(done), context, target);
    },
  };
}

async function renewed(
  names: readonly string[],
  context: ClusterContext,
  { host, report }: Target,
): Promise<readonly Renewal[]> {
  const { cluster } = nodeOf(context, { host }).input;
  const { existing } = await lookAtCredentials(host, { cluster });
  const request = { cluster, existing, making: context.making() };
  const all = await Promise.all(names.map((name) => renew(name, request)));
  for (const one of all) {
    if (one.kind === "missing") report(`${one.name} is not on this host`);
    if (one.kind === "external") report(`${one.name} stays: the key of its authority ${one.authority} is not here`);
  }
  return all;
}

async function restartUsers(components: readonly string[], context: ClusterContext, target: Target): Promise<void> {
  if (components.length === 0) return;
  const { host, signal } = target;
  await withCri(runtimeOf(context, target).socket, target, async (cri) => {
    const { containers } = await cri.listContainers({ filter: { state: { state: "CONTAINER_RUNNING" } } });
    const system = containers.filter(({ labels }) => labels["io.kubernetes.pod.namespace"] === "kube-system");
    const users = components.flatMap((name) =>
      system.flatMap(({ id, metadata }) => (metadata?.name === name ? [{ id, name }] : [])),
    );
    if (users.length === 0) return;
    target.report(`restarting ${users.map(({ name }) => name).join(", ")}`);
    await restartContainers(users, { context, cri, target });
  });
  await context.api.readyOn({ host, node: nodeOf(context, target) }, { signal });
}
