import type { Phase } from "../engine/phase.ts";
import { kernelModule } from "../engine/resources/kernel-module.ts";
import { sysctl } from "../engine/resources/sysctl.ts";
import { familiesOf, inputOf, type PrepareContext } from "./prepare-context.ts";

/** Forwarding and bridged traffic as kubeadm's install guide asks for; the keys are those that its preflight reads. */
const sysctls = {
  4: ["net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables"],
  6: ["net.ipv6.conf.all.forwarding", "net.ipv6.conf.default.forwarding", "net.bridge.bridge-nf-call-ip6tables"],
} as const;

export const prepareKernel: Phase<PrepareContext> = {
  id: "prepare/kernel",
  title: "Load kernel modules and set what forwarding needs",
  dependsOn: ["preflight"],
  prunes: true,
  appliesTo: () => true,
  resources: (context, target) => [
    kernelModule("overlay"),
    kernelModule("br_netfilter", { evidence: "/proc/sys/net/bridge" }),
    ...[...familiesOf(inputOf(context, target))].flatMap((family) => sysctls[family].map((key) => sysctl(key, "1"))),
  ],
};
