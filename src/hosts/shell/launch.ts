import { quote } from "./quote.ts";

/** How a script becomes root: not at all, or by sudo with or without a password. */
export type Elevation =
  | { readonly kind: "none" }
  | { readonly kind: "sudo" }
  | { readonly kind: "sudoWithPassword"; readonly password: string };

/**
 * Waits for the line that carries the script and drops what comes before it: a password that sudo did not ask for.
 * A line cut short (no newline) is never run. The script inherits stdin right behind that line.
 */
const loader =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is sh
  'n=${IFS#??}; while IFS= read -r l; do case $l in "#slipway "*) eval "eval ${l#* }"; exit;; esac; done; exit 125';

/** What sudo says each time it asks, in the place of its own prompt, which depends on PAM and languages. */
export const sudoPrompt = "slipway-sudo-password:";
/** What the loader prints when sudo has started it: the script may come. */
export const readyMark = "slipway-ready";

/** The command line to start; it is the same for every script and holds no secret. */
export function launchCommand(elevation: Elevation): string {
  const shell = `sh -c ${quote(loader)}`;
  switch (elevation.kind) {
    case "none":
      return shell;
    case "sudo":
      return `env LC_ALL=C sudo -n -- ${shell}`;
    case "sudoWithPassword":
      return `env LC_ALL=C sudo -S -p ${sudoPrompt} -- sh -c ${quote(`echo ${readyMark}; ${loader}`)}`;
    default:
      return elevation satisfies never;
  }
}

/** What the loader takes from stdin and runs: the script as one word on one line; the loader's `$n` is a newline. */
export function scriptLine(script: string): string {
  return `#slipway ${quote(script).replaceAll("\n", `'"$n"'`)}\n`;
}

/**
 * The beginning of every script: says on both outputs that the script has begun and in which process group, so that
 * what a login shell or sudo printed before can be told from the command's own output, and the group can be killed.
 */
export function prologue(mark: string): string {
  return [
    `read -r _ _ _ _ g _ </proc/$$/stat`,
    `echo ${mark} "$g"; echo ${mark} "$g" >&2`,
    `export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"`,
    "",
  ].join("\n");
}
