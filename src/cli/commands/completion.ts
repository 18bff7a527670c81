import type { CommandModule } from "yargs";

/** Both ask slipway itself (yargs' hidden option) for the words that may follow, and fall back to file names. */
const scripts = {
  bash: `_slipway() {
  local words
  mapfile -t words < <(slipway --get-yargs-completions "\${COMP_WORDS[@]}" 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "\${words[*]}" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _slipway slipway
`,
  zsh: `#compdef slipway
_slipway() {
  local words_found
  words_found=("\${(@f)$(slipway --get-yargs-completions "\${words[@]}" 2>/dev/null)}")
  if [[ -n "\${words_found[*]}" ]]; then _describe 'slipway' words_found; else _default; fi
}
compdef _slipway slipway
`,
} as const;

type Shell = keyof typeof scripts;

export const completion: CommandModule<object, { readonly shell: Shell }> = {
  command: "completion <shell>",
  describe: "Print a completion script for bash or zsh",
  builder: (yargs) =>
    yargs
      .positional("shell", {
        choices: Object.keys(scripts) as Shell[],
        demandOption: true,
        describe: "the shell that reads it",
      })
      .example("source <(slipway completion bash)", "complete slipway's commands in this shell"),
  handler: ({ shell }) => {
    process.stdout.write(scripts[shell]);
  },
};
