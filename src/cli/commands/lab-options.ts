import { defaultHome } from "../../lab/layout.ts";

/** Options that every `slipway lab` command takes. */
export function labOptions(env = process.env) {
  return {
    name: { type: "string", default: "lab", describe: "the lab's name; labs of different names live side by side" },
    home: {
      type: "string",
      default: env.SLIPWAY_LAB_DIR ?? defaultHome,
      describe: "where labs and their caches live ($SLIPWAY_LAB_DIR)",
    },
  } as const;
}

export const outputOption = {
  output: { alias: "o", choices: ["text", "json"] as const, default: "text" as const, describe: "how to print" },
} as const;

export type LabArguments = { readonly name: string; readonly home: string };
