import { defaultKubernetesVersion } from "../distribution.ts";

const release = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const label = /^(?:ci\/)?(?:k8s-)?(?:stable|latest)(?:-\d+(?:\.\d+)?)?$/;

export type KubernetesVersion = {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** "-rc.1", or "" */
  readonly preRelease: string;
};

export function parseKubernetesVersion(text: string): KubernetesVersion | undefined {
  const match = release.exec(text);
  return match
    ? { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]), preRelease: match[4] ?? "" }
    : undefined;
}

/** Whether the text is one of kubeadm's names for a moving version. */
export function isVersionLabel(text: string): boolean {
  return label.test(text);
}

/**
 * The version with its leading v. A label stands for the version of the embedded distribution, which is what kubeadm falls
 * back to without a network; anything else is left for validation to refuse.
 */
export function resolveKubernetesVersion(text: string): string {
  if (isVersionLabel(text)) return defaultKubernetesVersion;
  return parseKubernetesVersion(text) && !text.startsWith("v") ? `v${text}` : text;
}
