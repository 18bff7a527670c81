/** Joins an option with a lone `-` after it, which yargs would take for a positional: `--config -` is `--config=-`. */
export function withStandardInput(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    if (isOption(word) && argv[index + 1] === "-") return [`${word}=-`];
    return word === "-" && isOption(argv[index - 1] ?? "") ? [] : [word];
  });
}

function isOption(word: string): boolean {
  return /^--?[a-zA-Z]/.test(word) && !word.includes("=");
}
