/** The two halves of a bootstrap token: the id is public, the secret is not. */
export type TokenParts = { readonly id: string; readonly secret: string };

const format = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Splits `<6>.<16>`, or gives undefined when the text is no token. */
export function parseToken(text: string): TokenParts | undefined {
  const match = format.exec(text);
  return match?.[1] && match[2] ? { id: match[1], secret: match[2] } : undefined;
}

export function isTokenId(text: string): boolean {
  return /^[a-z0-9]{6}$/.test(text);
}

/** A new token from `random`, which gives that many random bytes; every character is equally likely. */
export function newToken(random: (size: number) => Uint8Array): string {
  const characters: string[] = [];
  // bytes past the last whole multiple of 36 would favour the first letters (cluster-bootstrap's token.go drops them too)
  while (characters.length < 22) {
    for (const byte of random(32)) if (byte < 252) characters.push(alphabet[byte % 36] as string);
  }
  return `${characters.slice(0, 6).join("")}.${characters.slice(6, 22).join("")}`;
}
