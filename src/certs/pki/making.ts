import type { NewKeyPair } from "../key-pair.ts";

/** Where time, chance and keys come from while certificates are made. */
export type Making = {
  readonly now: Date;
  /** This many random bytes. */
  readonly random: (size: number) => Uint8Array;
  readonly newKeyPair: NewKeyPair;
};

/** How long before `now` a new certificate starts to be valid, because hosts' clocks differ a little (kubeadm). */
export const backdatedMs = 5 * 60_000;
