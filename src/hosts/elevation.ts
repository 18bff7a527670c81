import type { SecretSource } from "./address.ts";
import { readSecret } from "./secret.ts";
import type { Elevation } from "./shell/launch.ts";
import type { Surroundings } from "./surroundings.ts";

/** How a login user becomes root; fetches the password for sudo when one is configured and needed. */
export async function elevationOf(
  user: string,
  sudoPassword: SecretSource | undefined,
  around: Surroundings,
): Promise<Elevation> {
  if (user === "root") return { kind: "none" };
  if (sudoPassword === undefined) return { kind: "sudo" };
  return { kind: "sudoWithPassword", password: await readSecret(sudoPassword, `sudo password of ${user}`, around) };
}
