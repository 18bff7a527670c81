import { yaml } from "../../base/yaml.ts";
import { clusterKind } from "./cluster-kind.ts";
import type { Sample, SampleField } from "./schema/node.ts";

/** A cluster file with every field explained; what is not needed is commented out. */
export function clusterSkeleton(): string {
  return `${lines(clusterKind.sample, false).join("\n")}\n`;
}

/** The lines of a sample; in a part that is commented out, every line is a comment. */
function lines(sample: Sample, isHidden: boolean): string[] {
  switch (sample.kind) {
    case "value":
      return yaml(sample.value).trimEnd().split("\n");
    case "items":
      return asItem(lines(sample.item, isHidden), isHidden);
    case "fields":
      return sample.fields.flatMap((field) => fieldLines(field, isHidden || !field.isShown));
    default:
      return sample satisfies never;
  }
}

function fieldLines({ name, describe, sample }: SampleField, isHidden: boolean): string[] {
  const body = lines(sample, isHidden);
  const isInline = body.length === 1 && sample.kind === "value" && !/^(-|[\w./-]+: )/.test(body[0] ?? "");
  const [head, rest] = isInline ? [`${name}: ${body[0]}`, []] : [`${name}:`, body.map(indented)];
  return [
    `# ${describe}`,
    isHidden ? commented(head) : head,
    ...(isHidden && sample.kind === "value" ? rest.map(commented) : rest),
  ];
}

/** Puts the dash before the first line that is no explanation. */
function asItem(body: readonly string[], isHidden: boolean): string[] {
  const first = body.findIndex((line) => !line.startsWith("# "));
  return body.map((line, index) => {
    if (index < first) return line;
    if (index > first) return indented(line);
    return isHidden ? commented(`- ${uncommented(line)}`) : `- ${line}`;
  });
}

function indented(line: string): string {
  return `  ${line}`;
}

function commented(line: string): string {
  return line.startsWith("#") ? line : `#${line}`;
}

function uncommented(line: string): string {
  return line.replace(/^#/, "");
}
