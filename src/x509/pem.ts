/** DER as a PEM block (RFC 7468). */
export function pemBlock(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der).toString("base64");
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;
}

/** The DER of the first block with that label; undefined without one. */
export function pemContents(label: string, text: string): Buffer | undefined {
  const block = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(text)?.[1];
  return block === undefined ? undefined : Buffer.from(block, "base64");
}
