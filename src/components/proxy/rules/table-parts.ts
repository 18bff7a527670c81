/** What a table is made of, in nftables' own notation. */
export type NamedChain = readonly [name: string, rules: readonly string[]];
/** A set or map with its declaration, in which `%s` stands for the name. */
export type NamedSet = readonly [name: string, form: string];
/** An element of a set (empty value) or map. */
export type NamedElement = readonly [owner: string, key: string, value: string];
