/** What a configuration takes from the host that it is for, and from chance; kubeadm's dynamic defaults. */
export type HostDefaults = {
  /** The host's name; trimmed and lower-cased it becomes the Node's. */
  readonly hostname: string;
  /** The global unicast address on the default route, "" when there is none. */
  readonly advertiseAddress: string;
  /** `unix://…` of the runtime that answers, containerd's unless given. */
  readonly criSocket?: string | undefined;
  /** A fresh bootstrap token. */
  readonly newToken: () => string;
};
