export type JoinCommand = {
  /** host:port */
  readonly endpoint: string;
  readonly token: string;
  readonly pins: readonly string[];
  /** Set for a control-plane host that downloads the shared certificates. */
  readonly certificateKey?: string | undefined;
  readonly controlPlane?: boolean | undefined;
};

/** The command that joins a host, on one line. */
export function joinCommand({ endpoint, token, pins, certificateKey, controlPlane }: JoinCommand): string {
  return [
    `slipway join ${endpoint} --token ${token}`,
    ...pins.map((pin) => `--discovery-token-ca-cert-hash ${pin}`),
    ...(controlPlane || certificateKey ? ["--control-plane"] : []),
    ...(certificateKey ? [`--certificate-key ${certificateKey}`] : []),
  ].join(" ");
}
