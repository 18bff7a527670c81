import { sortedYaml } from "../../base/sorted-yaml.ts";
import type { Host } from "../../hosts/host.ts";
import type { OpResult } from "../../hosts/op.ts";
import { framedFiles, framedFilesScript } from "./framed-files.ts";
import { hostCommands } from "./host-commands.ts";
import type { SupportFile } from "./support-file.ts";

/** A host slower than this is recorded as unreachable. */
const deadlineMs = 120_000;

/**
 * What a host tells, in one round trip and that of its facts; a command that fails is a file that says so.
 * Rejects when the host does not answer.
 */
export async function collectHost(host: Host, lines: number): Promise<readonly SupportFile[]> {
  const commands = hostCommands(lines);
  const script = ["sh", "-c", framedFilesScript, "sh", String(lines)];
  const ops = [script, ...commands.map(({ argv }) => argv)].map((argv) => ({ kind: "run", argv }) as const);
  const [facts, [files, ...outputs]] = await Promise.all([
    host.facts(),
    host.batch(ops, { keepGoing: true, deadlineMs }),
  ]);
  return [
    { path: "facts.yaml", text: sortedYaml(facts) },
    ...(files?.kind === "ran" ? framedFiles(files.stdout) : [{ path: "files.txt", text: outputText(files) }]),
    ...commands.map(({ file, argv }, index) => ({
      path: file,
      text: `$ ${argv.join(" ")}\n${outputText(outputs[index])}`,
    })),
  ];
}

function outputText(result: OpResult | undefined): string {
  if (result?.kind === "ran") return `${result.stdout}${result.stderr}`;
  return result?.kind === "failed" ? `failed: ${result.got}\n` : "did not run\n";
}
