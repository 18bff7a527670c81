import { SlipwayError } from "../../base/errors.ts";
import type { SshAddress } from "../address.ts";
import { elevationOf } from "../elevation.ts";
import type { Host } from "../host.ts";
import { ShellHost } from "../shell/shell-host.ts";
import type { Surroundings } from "../surroundings.ts";
import { dial } from "./dial.ts";
import { resolveEndpoint } from "./endpoint.ts";
import { sshTransport } from "./ssh-transport.ts";

/** Logs in to a host over SSH. */
export async function sshHost(address: SshAddress, around: Surroundings): Promise<Host> {
  try {
    const endpoint = resolveEndpoint(address, around);
    const elevation = await elevationOf(endpoint.user, address.sudoPassword ?? address.password, around);
    const client = await dial(endpoint, around);
    return new ShellHost(address.name, { transport: sshTransport(client), elevation });
  } catch (thrown) {
    throw thrown instanceof SlipwayError ? thrown.at({ host: address.name }) : thrown;
  }
}
