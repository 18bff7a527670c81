/** Expands `$(NAME)` from `variables`; `$$` is a literal dollar, an unknown name stays as it was (expansion.go). */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (whole === "$$") return "$";
    return variables.get(name ?? "") ?? whole;
  });
}
