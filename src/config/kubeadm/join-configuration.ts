import { list, struct } from "../shape/compound.ts";
import { bool, string } from "../shape/scalar.ts";
import { always, optional, type Typed } from "../shape/shape.ts";
import { apiEndpoint } from "./api-endpoint.ts";
import { defaultCertificatesDir } from "./constants.ts";
import { nodeRegistration, patches } from "./node-registration.ts";
import { timeouts } from "./timeouts.ts";

export const bootstrapTokenDiscovery = struct({
  token: always(string()),
  /** host:port */
  apiServerEndpoint: string(),
  /** `sha256:<hex of the SPKI hash>`; one match is enough. */
  caCertHashes: list(string()),
  unsafeSkipCAVerification: bool(),
});
export type BootstrapTokenDiscovery = Typed<typeof bootstrapTokenDiscovery>;

/** kubeadm.k8s.io/v1beta4 JoinConfiguration: how a host finds its cluster and what it becomes there. */
export const joinConfiguration = struct({
  dryRun: bool(),
  nodeRegistration,
  caCertPath: string(`${defaultCertificatesDir}/ca.crt`),
  discovery: struct({
    bootstrapToken: optional(bootstrapTokenDiscovery),
    file: optional(struct({ kubeConfigPath: always(string()) })),
    tlsBootstrapToken: string(),
  }),
  /** Present for a control-plane host, absent for a worker. */
  controlPlane: optional(struct({ localAPIEndpoint: apiEndpoint, certificateKey: string() })),
  skipPhases: list(string()),
  patches: optional(patches),
  timeouts,
});
export type JoinConfiguration = Typed<typeof joinConfiguration>;
