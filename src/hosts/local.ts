import type { LocalAddress } from "./address.ts";
import { elevationOf } from "./elevation.ts";
import type { Host } from "./host.ts";
import { localTransport } from "./local-transport.ts";
import { ShellHost } from "./shell/shell-host.ts";
import type { Surroundings } from "./surroundings.ts";

/** This machine as a host. */
export async function localHost({ name, sudoPassword }: LocalAddress, around: Surroundings): Promise<Host> {
  return new ShellHost(name, {
    transport: localTransport,
    elevation: await elevationOf(around.user, sudoPassword, around),
  });
}
