import { base64, type Kubeconfig, type User } from "./kubeconfig.ts";

export type KubeconfigInput = {
  /** https://host:port */
  readonly server: string;
  readonly clusterName: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly userName: string;
  readonly credentials: /** PEM of both. */
    | { readonly kind: "certificate"; readonly certificate: string; readonly privateKey: string }
    | { readonly kind: "token"; readonly token: string };
};

/** A kubeconfig of one cluster, one user and the context `<user>@<cluster>`, with everything embedded. */
export function buildKubeconfig({ server, clusterName, ca, userName, credentials }: KubeconfigInput): Kubeconfig {
  const context = `${userName}@${clusterName}`;
  return {
    clusters: [{ name: clusterName, cluster: { "certificate-authority-data": base64(ca), server } }],
    contexts: [{ name: context, context: { cluster: clusterName, user: userName } }],
    "current-context": context,
    users: [{ name: userName, user: userOf(credentials) }],
  };
}

function userOf(credentials: KubeconfigInput["credentials"]): User {
  switch (credentials.kind) {
    case "certificate":
      return {
        "client-certificate-data": base64(credentials.certificate),
        "client-key-data": base64(credentials.privateKey),
      };
    case "token":
      return { token: credentials.token };
    default:
      return credentials satisfies never;
  }
}
