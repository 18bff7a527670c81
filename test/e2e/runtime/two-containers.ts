import type { CriClient } from "../../../src/kube/cri/client.ts";

/**
 * Runs a pod of two containers through CRI and removes it: a web server, and a client that asks it on the loopback
 * interface which they share. Gives the page.
 */
export async function pageOfTwoContainers(cri: CriClient): Promise<string> {
  const config = {
    metadata: { name: "pod", uid: "uid-1", namespace: "default", attempt: 0 },
    logDirectory: "/var/log/pods/e2e",
    linux: { securityContext: { namespaceOptions: { network: "NODE" as const } } },
  };
  const { podSandboxId } = await cri.runPodSandbox({ config });
  const start = async (name: string, command: readonly string[]) => {
    const image = { image: "slipway.local/busybox:1.35.0" };
    const container = { metadata: { name, attempt: 0 }, image, command, logPath: `${name}.log` };
    const { containerId } = await cri.createContainer({ podSandboxId, config: container, sandboxConfig: config });
    await cri.startContainer({ containerId });
    return containerId;
  };
  try {
    await start("server", ["httpd", "-f", "-p", "8081", "-h", "/www"]);
    const client = await start("client", ["sleep", "600"]);
    const cmd = ["sh", "-c", "until wget -qO- http://127.0.0.1:8081/; do sleep 0.1; done"];
    return String((await cri.execSync({ containerId: client, cmd, timeout: 120 })).stdout);
  } finally {
    await cri.stopPodSandbox({ podSandboxId });
    await cri.removePodSandbox({ podSandboxId });
  }
}
