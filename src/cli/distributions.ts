import { defaultKubernetesVersion } from "../config/kubeadm/distribution.ts";
import { buildDistribution } from "../runtime/build-distribution.ts";
import type { Distribution } from "../runtime/distribution.ts";

/**
 * What hosts run, by version of Kubernetes. The default version is begun at once, while hosts are still being asked; a
 * cluster of another one waits for its own.
 */
export function distributions(of: {
  readonly cache: string;
  readonly version: string;
}): (kubernetesVersion: string) => Promise<Distribution> {
  const usual = buildDistribution({ ...of, kubernetesVersion: defaultKubernetesVersion });
  // told to those who ask for it
  usual.catch(() => {});
  return (kubernetesVersion) =>
    kubernetesVersion === defaultKubernetesVersion ? usual : buildDistribution({ ...of, kubernetesVersion });
}
