/** Whether a file-system call failed because nothing stands at the path. */
export function isNotFound(thrown: unknown): boolean {
  return codeOf(thrown) === "ENOENT";
}

/** The errno name of a failed system call, such as EEXIST. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined;
}
