import { homedir } from "node:os";
import { defaultKubernetesVersion } from "../../config/kubeadm/distribution.ts";
import { cacheFolder } from "../session/folders.ts";

/** Options of the commands that build images. */
export const buildOptions = {
  "kubernetes-version": {
    type: "string",
    default: defaultKubernetesVersion,
    describe: "the version in the tags of the Kubernetes components",
  },
} as const;
export type BuildArguments = { readonly "kubernetes-version": string };

export const cache = () => cacheFolder(process.env, homedir());

/** Tells on standard error what is being made; standard output is for results. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
