import { access } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../oci/descriptor.ts";
import type { TarEntry } from "../oci/tar-entry.ts";
import { bundleProgram } from "./bundle-program.ts";
import type { LayerSource } from "./layer-source.ts";

/** A program of the embedded distribution: its folder in src/components, and the command that manifests call. */
export type Program = { readonly component: string; readonly command: string };

/** Commands are those of upstream's images, so that kubeadm's manifests run unchanged. */
export const programs = [
  { component: "apiserver", command: "usr/local/bin/kube-apiserver" },
  { component: "controller-manager", command: "usr/local/bin/kube-controller-manager" },
  { component: "scheduler", command: "usr/local/bin/kube-scheduler" },
  { component: "proxy", command: "usr/local/bin/kube-proxy" },
  { component: "dns", command: "coredns" },
  { component: "cni", command: "usr/local/bin/slipway-cni" },
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
    existing.map(async ({ component, command }): Promise<readonly TarEntry[]> => {
      const path = `opt/slipway/${component}.mjs`;
      const content = await bundleProgram(entryPointOf(componentsRoot, component), cache);
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

function entryPointOf(componentsRoot: string, component: string): string {
  return join(componentsRoot, component, "main.ts");
}
