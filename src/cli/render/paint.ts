import { styleText } from "node:util";

export type Paint = (style: "red" | "green" | "yellow" | "bold" | "dim", text: string) => string;

export function painter(hasColor: boolean): Paint {
  return (style, text) => (hasColor ? styleText(style, text, { validateStream: false }) : text);
}

export function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
