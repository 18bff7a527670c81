/** How a value is owned and merged: as a whole, field by field, or element by element. */
export type Shape =
  | { readonly kind: "atomic" }
  | { readonly kind: "map"; readonly field: (name: string) => Shape }
  | { readonly kind: "keyedList"; readonly keys: readonly string[]; readonly element: Shape }
  | { readonly kind: "set" };
