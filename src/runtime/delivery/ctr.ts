/** The environment in which ctr speaks to the containerd of a socket. */
export function ctrAt(socket: string): Readonly<Record<string, string>> {
  return { CONTAINERD_ADDRESS: socket };
}
