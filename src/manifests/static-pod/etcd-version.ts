/** What an etcd release offers; kubeadm's manifests followed it over the years. */
export type EtcdFeatures = {
  /** `--feature-gates` and plain names for what was experimental: from 3.6. */
  readonly hasFeatureGates: boolean;
  /** /livez and /readyz: from 3.4.29, 3.5.11 and 3.6. */
  readonly hasLivez: boolean;
};

/** Reads the version from an image tag such as "3.6.8-0"; a tag that names none is taken for a current release. */
export function etcdFeatures(tag: string): EtcdFeatures {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(tag);
  if (!match) return { hasFeatureGates: true, hasLivez: true };
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const isAtLeast36 = major > 3 || (major === 3 && minor >= 6);
  const isPatchedOlder = major === 3 && ((minor === 5 && patch >= 11) || (minor === 4 && patch >= 29));
  return { hasFeatureGates: isAtLeast36, hasLivez: isAtLeast36 || isPatchedOlder };
}
