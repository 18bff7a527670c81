import { SlipwayError } from "../../base/errors.ts";
import type { SshAddress } from "../address.ts";
import { elevationOf } from "../elevation.ts";
import type { Host } from "../host.ts";
import { ShellHost } from "../shell/shell-host.ts";
import type { Surroundings } from "../surroundings.ts";
import { type Bastions, connectAlong } from "./connection.ts";
import { routeTo } from "./endpoint.ts";
import type { LoginMeans } from "./login/login.ts";
import { SshTransport } from "./ssh-transport.ts";

export type SshMeans = LoginMeans & {
  readonly bastions: Bastions;
  /** The text of the operator's ~/.ssh/config. */
  readonly sshConfig: string;
};

/** With the 12 s until a silent peer counts as dead, a host that is gone is given up within 20 s. */
const reconnectWithinMs = 8000;

/** Logs in to a host over SSH. */
export async function sshHost(address: SshAddress, { sshConfig, ...means }: SshMeans): Promise<Host> {
  try {
    const route = routeTo(address, { sshConfig, around: means.around });
    const user = route.at(-1)?.user ?? means.around.user;
    const elevation = await elevationOf(user, address.sudoPassword ?? address.password, means.around);
    const again = { ...means, around: hasty(means.around) };
    const transport = new SshTransport((isAgain) => connectAlong(route, isAgain ? again : means));
    await transport.connected();
    return new ShellHost(address.name, { transport, elevation });
  } catch (thrown) {
    throw thrown instanceof SlipwayError ? thrown.at({ host: address.name }) : thrown;
  }
}

/** A host that was there is given less time to come back than one that is yet to answer. */
function hasty(around: Surroundings): Surroundings {
  return { ...around, connectWithinMs: Math.min(reconnectWithinMs, around.connectWithinMs ?? reconnectWithinMs) };
}
