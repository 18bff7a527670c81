import { SlipwayError } from "../../../base/errors.ts";
import type { Facts } from "../../../hosts/facts.ts";
import type { Resource } from "../resource.ts";
import { aptPackages } from "./apt-packages.ts";

/** Packages by the names that the host's package manager knows; refuses a manager that Slipway was not tested with. */
export function packages(names: readonly string[], { packageManager, os }: Facts): Resource {
  if (packageManager === "apt") return aptPackages(names);
  throw new SlipwayError({
    code: "PACKAGE_MANAGER_UNSUPPORTED",
    exit: "hostStep",
    message: `cannot install packages on ${os.prettyName}: only apt is supported`,
    tried: `packages ${names.join(" ")}`,
    got: `package manager ${packageManager}`,
    remedy: "install these packages yourself and skip the phase with --skip-phases",
  });
}
