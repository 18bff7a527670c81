import type { Document } from "../../document.ts";
import { kubeadmDocument } from "./init-flags.ts";

/** The flags of `join` that stand for fields of a file, and the endpoint that it takes as an argument. */
export type JoinFlags = {
  readonly endpoint?: string | undefined;
  readonly apiserverAdvertiseAddress?: string | undefined;
  readonly apiserverBindPort?: number | undefined;
  readonly certificateKey?: string | undefined;
  readonly controlPlane?: boolean | undefined;
  readonly criSocket?: string | undefined;
  readonly discoveryFile?: string | undefined;
  readonly discoveryToken?: string | undefined;
  readonly discoveryTokenCaCertHash?: readonly string[] | undefined;
  readonly discoveryTokenUnsafeSkipCaVerification?: boolean | undefined;
  readonly nodeName?: string | undefined;
  readonly patches?: string | undefined;
  readonly tlsBootstrapToken?: string | undefined;
  readonly token?: string | undefined;
};

/** The JoinConfiguration that the flags stand for. `--token` serves for discovery and for the kubelet's bootstrap. */
export function joinDocuments(flags: JoinFlags): readonly Document[] {
  const { token, nodeName, criSocket, patches, discoveryFile } = flags;
  const discovery = {
    ...(flags.endpoint ? { bootstrapToken: tokenDiscovery(flags, flags.endpoint) } : {}),
    ...(discoveryFile ? { file: { kubeConfigPath: discoveryFile.replace(/^file:\/\//, "") } } : {}),
    tlsBootstrapToken: flags.tlsBootstrapToken || token,
  };
  const controlPlane = {
    localAPIEndpoint: { advertiseAddress: flags.apiserverAdvertiseAddress, bindPort: flags.apiserverBindPort },
    certificateKey: flags.certificateKey,
  };
  return [
    kubeadmDocument("JoinConfiguration", {
      nodeRegistration: { name: nodeName, criSocket },
      discovery,
      ...(flags.controlPlane ? { controlPlane } : {}),
      ...(patches ? { patches: { directory: patches } } : {}),
    }),
  ];
}

/** Flags that mean something to a control-plane host alone; kubeadm warns and drops them on a worker. */
export function controlPlaneOnlyFlags(flags: JoinFlags): readonly string[] {
  if (flags.controlPlane) return [];
  const { apiserverAdvertiseAddress, apiserverBindPort, certificateKey } = flags;
  const given = {
    "apiserver-advertise-address": apiserverAdvertiseAddress,
    "apiserver-bind-port": apiserverBindPort,
    "certificate-key": certificateKey,
  };
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function tokenDiscovery(flags: JoinFlags, apiServerEndpoint: string) {
  return {
    apiServerEndpoint,
    token: flags.discoveryToken || flags.token,
    caCertHashes: flags.discoveryTokenCaCertHash,
    unsafeSkipCAVerification: flags.discoveryTokenUnsafeSkipCaVerification,
  };
}
