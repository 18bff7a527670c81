import { access } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../oci/descriptor.ts";
import type { TarEntry } from "../oci/tar-entry.ts";
import { bundleProgram } from "./bundle-program.ts";
import type { LayerSource } from "./layer-source.ts";

/** A program of the embedded distribution: its folder in src/components, and the command that manifests call. */
export type Program = {
  readonly component: string;
  readonly command: string;
  /** One flag for Node: a `#!` line carries no more. */
  readonly nodeFlag?: string;
};

/** A small young generation, for what must stay small rather than be quick: collected sooner, it does not grow after a burst. */
const frugal = "--max-semi-space-size=1";

/** That, and sooner collected when nothing happens: for what idles most. */
const tiny = "--optimize-for-size";

/** Larger, for the throughput that the API server owes, yet half of V8's own: with 10,000 pods a third less stays resident. */
const balanced = "--max-semi-space-size=8";

/** Commands are those of upstream's images, so that kubeadm's manifests run unchanged. */
export const programs = [
  { component: "apiserver", command: "usr/local/bin/kube-apiserver", nodeFlag: balanced },
  { component: "controller-manager", command: "usr/local/bin/kube-controller-manager", nodeFlag: tiny },
  { component: "scheduler", command: "usr/local/bin/kube-scheduler", nodeFlag: frugal },
  { component: "proxy", command: "usr/local/bin/kube-proxy", nodeFlag: frugal },
  { component: "dns", command: "coredns" },
  { component: "cni", command: "usr/local/bin/slipway-cni", nodeFlag: frugal },
] as const satisfies readonly Program[];

/** Those of the programs whose sources exist under `componentsRoot`. */
export async function existingPrograms(componentsRoot: string): Promise<readonly Program[]> {
  const exists = await Promise.all(
    programs.map(({ component }) =>
      access(entryPointOf(componentsRoot, component)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return programs.filter((_, index) => exists[index]);
}

/** All programs in one layer: /opt/slipway/<component>.mjs, and the commands as links to them. */
export async function programsLayer(
  componentsRoot: string,
  existing: readonly Program[],
  cache: string,
): Promise<LayerSource> {
  const entries = await Promise.all(
    existing.map(async ({ component, command, nodeFlag }): Promise<readonly TarEntry[]> => {
      const path = `opt/slipway/${component}.mjs`;
      const bundle = await bundleProgram(entryPointOf(componentsRoot, component), cache);
      const content = nodeFlag ? withNodeFlag(bundle, nodeFlag) : bundle;
      return [
        { kind: "file", path, mode: 0o755, content },
        { kind: "symlink", path: command, target: `/${path}` },
      ];
    }),
  );
  const all = entries.flat();
  const sums = all.map((entry) => `${entry.path} ${entry.kind === "file" ? digestOf(entry.content) : ""}`);
  return { name: "the programs", key: sums.join(" "), entries: async () => all };
}

/** The program with a flag behind the interpreter's name in its first line. */
export function withNodeFlag(program: Uint8Array, flag: string): Uint8Array {
  const lineEnd = program.indexOf("\n".charCodeAt(0));
  return Buffer.concat([program.subarray(0, lineEnd), Buffer.from(` ${flag}`), program.subarray(lineEnd)]);
}

function entryPointOf(componentsRoot: string, component: string): string {
  return join(componentsRoot, component, "main.ts");
}
