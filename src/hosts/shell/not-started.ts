import { SlipwayError } from "../../base/errors.ts";
import { type Elevation, sudoPrompt } from "./launch.ts";
import type { Ending } from "./transport.ts";

type Refusal = { readonly code: string; readonly says: RegExp; readonly message: string; readonly remedy: string };

/** sudo has one exit code for everything, so its words (LC_ALL=C) must tell; sudo(8), "DIAGNOSTICS". */
const refusals: readonly Refusal[] = [
  {
    code: "SUDO_PASSWORD_WRONG",
    says: /incorrect password|Sorry, try again|no password was provided/,
    message: "sudo did not take the password",
    remedy: "give the login user's own password for sudo, not root's",
  },
  {
    code: "SUDO_PASSWORD_NEEDED",
    says: /password is required|terminal is required|askpass/,
    message: "sudo asks for a password and none was given",
    remedy: "give a sudo password (prompt, environment variable or file), or allow NOPASSWD for the login user",
  },
  {
    code: "SUDO_DENIED",
    says: /not in the sudoers|may not run sudo|not allowed to execute|unknown user|not allowed to run/,
    message: "the login user may not become root by sudo",
    remedy: "allow the login user in /etc/sudoers.d, or log in as root",
  },
  {
    code: "SUDO_MISSING",
    says: /sudo.*(not found|No such file)/,
    message: "the login user is not root, and there is no sudo on the host",
    remedy: "install sudo, or log in as root",
  },
];

/** The error for a script that never began: the login shell, sudo or sh ended before it. */
export function notStarted(fact: {
  ending: Ending;
  execution: { elevation: Elevation; tried: string };
  noise: string;
}): SlipwayError {
  const { ending, execution } = fact;
  const noise = fact.noise.replaceAll(sudoPrompt, "");
  const bySudo = execution.elevation.kind !== "none";
  const refusal = bySudo ? refusals.find(({ says }) => says.test(noise)) : undefined;
  const how = ending.kind === "exited" ? `exit code ${ending.code}` : ending.kind;
  return new SlipwayError({
    code: refusal?.code ?? "SHELL_NOT_STARTED",
    exit: "connection",
    message: refusal?.message ?? "the login shell ended before the command began",
    tried: execution.tried,
    got: noise.trim() || how,
    remedy: refusal?.remedy ?? "log in with ssh and look at what the login shell of that user does",
  });
}
