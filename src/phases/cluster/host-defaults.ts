import { randomBytes } from "node:crypto";
import type { HostDefaults } from "../../config/kubeadm/defaults/host-defaults.ts";
import type { Facts } from "../../hosts/facts.ts";
import { criSocketOf } from "../../runtime/cri-socket.ts";
import { defaultRuntimeWish } from "../../runtime/runtime-wish.ts";
import { newToken } from "../../tokens/bootstrap-token.ts";
import { advertiseAddressOf } from "./advertise-address.ts";

/** What a host that is worked on by itself supplies to kubeadm's configuration. */
export function hostDefaults(facts: Facts): HostDefaults {
  return {
    hostname: facts.hostname,
    advertiseAddress: advertiseAddressOf(facts),
    criSocket: criSocketOf(defaultRuntimeWish.install, facts.runtimeSockets),
    newToken: () => newToken(randomBytes),
  };
}
