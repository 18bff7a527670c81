/** A file that should stand on a host, as computed: nothing is written yet. */
export type RenderedFile = {
  /** Absolute on the host. */
  readonly path: string;
  readonly mode: number;
  readonly content: string;
};

/** The texts of files that were found on a host, by absolute path. */
export type ExistingFiles = ReadonlyMap<string, string>;
