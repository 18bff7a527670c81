import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf, SlipwayError } from "../base/errors.ts";
import { adminKubeconfig } from "../config/kubeadm/constants.ts";
import type { KubeClient } from "../kube/client.ts";
import { connectionFromKubeconfig } from "../kube/connection.ts";
import { createKubeClient } from "../kube/create-kube-client.ts";

export const kubeconfigOption = {
  kubeconfig: {
    type: "string",
    describe: "the kubeconfig to reach the cluster with; $KUBECONFIG, ~/.kube/config or /etc/kubernetes/admin.conf",
  },
} as const;

/** Runs some work with a client of the cluster that the flag, the environment or the usual places name. */
export async function withClient<T>(
  kubeconfig: string | undefined,
  work: (client: KubeClient) => Promise<T>,
): Promise<T> {
  const path = kubeconfig ?? kubeconfigPath();
  if (path === undefined) throw noKubeconfig();
  const client = createKubeClient(connectionFromKubeconfig(textOf(path), dirname(path)));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    throw noKubeconfig(messageOf(thrown));
  }
}

/** kubectl's order, then the file that init writes. */
function kubeconfigPath(): string | undefined {
  const named = (process.env.KUBECONFIG ?? "").split(":").filter((path) => path !== "");
  return [...named, join(homedir(), ".kube/config"), adminKubeconfig].find((path) => existsSync(path));
}

function noKubeconfig(got?: string): SlipwayError {
  return new SlipwayError({
    code: "KUBECONFIG_MISSING",
    exit: "configuration",
    message: "no kubeconfig that can be read names the cluster to work on",
    got,
    remedy: "run this on a control-plane host, or name one with --kubeconfig",
  });
}
