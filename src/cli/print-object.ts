import { sortedYaml } from "../base/sorted-yaml.ts";

export const objectOutputs = ["text", "json", "yaml"] as const;
export type ObjectOutput = (typeof objectOutputs)[number];

export const outputOption = {
  output: { alias: "o", choices: objectOutputs, default: "text" as const, describe: "how to print" },
} as const;

/** A value in the format asked for; `text` is what people read. */
export function printedObject(output: ObjectOutput, text: () => string, value: () => unknown): string {
  switch (output) {
    case "text":
      return text();
    case "json":
      return `${JSON.stringify(value(), null, 4)}\n`;
    case "yaml":
      return sortedYaml(value());
    default:
      return output satisfies never;
  }
}
