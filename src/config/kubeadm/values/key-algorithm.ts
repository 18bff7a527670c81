import type { ClusterConfiguration, EncryptionAlgorithm } from "../cluster-configuration.ts";

/** The algorithm of every new key: the deprecated gate PublicKeysECDSA, set either way, beats encryptionAlgorithm. */
export function keyAlgorithm({
  featureGates,
  encryptionAlgorithm,
}: Pick<ClusterConfiguration, "featureGates" | "encryptionAlgorithm">): EncryptionAlgorithm {
  if (featureGates.PublicKeysECDSA === undefined) return encryptionAlgorithm;
  return featureGates.PublicKeysECDSA ? "ECDSA-P256" : "RSA-2048";
}
