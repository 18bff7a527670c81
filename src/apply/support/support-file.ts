/** A file of a support archive as it was collected: its path inside, and its text before redaction. */
export type SupportFile = { readonly path: string; readonly text: string };
