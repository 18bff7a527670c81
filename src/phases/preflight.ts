import type { Check } from "./engine/check.ts";
import type { Phase } from "./engine/phase.ts";
import { environmentOf, type HostSettingsContext, settingsOf } from "./host-settings/host-settings-context.ts";
import { externalEtcdChecks } from "./preflight/external-etcd-checks.ts";
import { checksOfFacts } from "./preflight/fact-checks.ts";
import { fleetChecks } from "./preflight/fleet-checks.ts";
import { ignoring } from "./preflight/ignored.ts";
import { kernelConfigCheck } from "./preflight/kernel-config-check.ts";
import { pathChecks } from "./preflight/path-checks.ts";
import { portChecks } from "./preflight/port-checks.ts";
import { type PreflightContext, preflightNode } from "./preflight/preflight-context.ts";
import { proxyChecks } from "./preflight/proxy-checks.ts";
import { destinationsOf, reachCheck } from "./preflight/reach-check.ts";
import { roleChecks } from "./preflight/role-checks.ts";
import { subnetCheck } from "./preflight/subnet-check.ts";

/**
 * Looks before anything is written: kubeadm's checks by kubeadm's names, as far as they concern what Slipway does not
 * install itself, and what only somebody who sees all hosts can check. docs/preflight.md tells of each.
 */
export const preflight: Phase<PreflightContext & HostSettingsContext> = {
  id: "preflight",
  title: "Check that the hosts can become nodes",
  toleratesUnreachable: true,
  appliesTo: () => true,
  checks: async (context, target) => {
    const node = preflightNode(context, target);
    const { name } = target.host;
    const { files = [] } = settingsOf(context, target) ?? {};
    const fleet = await target.fleet();
    const answering = new Set(fleet.map((member) => member.name));
    const checks: Check[] = [
      ...checksOfFacts(target.facts, node),
      kernelConfigCheck,
      ...roleChecks(node),
      ...pathChecks(node),
      ...portChecks(node),
      ...proxyChecks([...context.nodes.values()], environmentOf(context, target)),
      ...externalEtcdChecks(
        node,
        files.map(({ dst }) => dst),
      ),
      ...fleetChecks({ name, facts: target.facts }, fleet),
      subnetCheck(node.input),
      reachCheck(destinationsOf(name, context.nodes).filter(({ host }) => answering.has(host))),
    ];
    const { ignorePreflightErrors } = node.input.init.nodeRegistration;
    return checks.map(ignoring([...ignorePreflightErrors, ...(context.ignoredPreflightErrors ?? [])]));
  },
};
