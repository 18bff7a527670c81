import type { RuntimeInstall } from "./runtime-wish.ts";

/** Where a containerd listens that Slipway sets up. */
export const containerdSocket = "/run/containerd/containerd.sock";

/**
 * The path of the socket that a host's kubelet uses unless another is asked for: what is installed is containerd, but
 * packages are not forced on a host where CRI-O serves already and containerd does not.
 */
export function criSocketOf(install: RuntimeInstall, runtimeSockets: readonly string[]): string {
  switch (install.kind) {
    case "none":
      return install.socket ?? runtimeSockets[0] ?? containerdSocket;
    case "packages": {
      const crio = runtimeSockets.find((path) => path.includes("crio"));
      return crio && !runtimeSockets.includes(containerdSocket) ? crio : containerdSocket;
    }
    case "archives":
      return containerdSocket;
    default:
      return install satisfies never;
  }
}

/** What is to be installed for a socket: nothing for one that is not ours, whose runtime is somebody else's. */
export function installFor(socket: string, install: RuntimeInstall): RuntimeInstall {
  return socket === containerdSocket ? install : { kind: "none", socket };
}
