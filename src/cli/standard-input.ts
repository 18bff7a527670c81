/**
 * Joins an option with a lone `-` after it, which yargs would take for a positional: `--config -` is `--config=-`.
 * What follows `--` is another program's, and stays as it is.
 */
export function withStandardInput(argv: readonly string[]): string[] {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const ours = argv.slice(0, end).flatMap((word, index, words) => {
    if (isOption(word) && words[index + 1] === "-") return [`${word}=-`];
    return word === "-" && isOption(words[index - 1] ?? "") ? [] : [word];
  });
  return [...ours, ...argv.slice(end)];
}

function isOption(word: string): boolean {
  return /^--?[a-zA-Z]/.test(word) && !word.includes("=");
}
