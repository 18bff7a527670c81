import { parseDuration } from "../base/duration.ts";
import { messageOf, SlipwayError } from "../base/errors.ts";
import { until } from "../base/until.ts";
import { kubernetesDir } from "../config/kubeadm/constants.ts";
import { isHostLost, lostHost } from "../hosts/lost-host.ts";
import type { Op } from "../hosts/op.ts";
import { unlessLost } from "../hosts/unless-lost.ts";
import { bootstrapKubeconfig } from "../kubeconfig/bootstrap-kubeconfig.ts";
import { type ClusterContext, isControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { firstControlPlane } from "./cluster/first-control-plane.ts";
import type { JoinCredentials } from "./cluster/join-source.ts";
import {
  type IdentityFiles,
  identityFiles,
  identityReads,
  judgeIdentity,
  kubeletConf,
} from "./cluster/kubelet-identity.ts";
import { kubeletLastWords } from "./cluster/last-words.ts";
import type { Phase, Target } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import { absent } from "./engine/resources/absent.ts";
import { action } from "./engine/resources/action.ts";
import { directory } from "./engine/resources/directory.ts";
import { file } from "./engine/resources/file.ts";
import { kubeletSettings } from "./kubelet-start.ts";

const bootstrapConf = `${kubernetesDir}/bootstrap-kubelet.conf`;

/** A worker's kubelet, which gets a kubeconfig of its own by TLS bootstrap. */
export const kubeletJoin: Phase<ClusterContext> = {
  id: "kubelet-join",
  title: "Start the kubelet, which joins the cluster by TLS bootstrap",
  dependsOn: ["bootstrap-token", "upload-config/kubelet"],
  appliesTo: (context, target) => !isControlPlane(context, target),
  reads: () => identityReads,
  resources: async (context, target) => {
    const found = await identityFiles(target.host);
    return [...(await joinFiles(context, target, found)), ...(await kubeletSettings(context, target))];
  },
  wrote: ({ startedKubelets }, { host }, written) => startedKubelets.note(host.name, written),
  // where nothing was written, its certificate was there
  ready: async (context, target, changed) => (changed ? bootstrapped(context, target) : undefined),
};

/** A plan makes no token; the file is a secret, so nobody sees it either. */
const nothingYet: JoinCredentials = { kind: "token", token: "" };

async function joinFiles(context: ClusterContext, target: Target, found: IdentityFiles): Promise<Resource[]> {
  const { server, clusterName, ca } = await context.joining.trust();
  const { cluster, init } = nodeOf(context, target).input;
  const expected = { ca, nodeName: init.nodeRegistration.name, now: context.making().now };
  const identity = judgeIdentity(found, expected);
  if (identity.kind === "foreign") throw foreign(target, server);
  const files = [
    directory(`${kubernetesDir}/manifests`, { mode: 0o755 }),
    file(`${cluster.certificatesDir}/ca.crt`, { content: ca }),
  ];
  // a run that was killed may have left it
  if (identity.kind === "usable") return [...files, absent(bootstrapConf)];
  const isPlan = target.mode === "plan";
  const credentials = isPlan ? nothingYet : await context.joining.credentials(target.signal);
  const content = bootstrapKubeconfig({ server, clusterName, ca, credentials });
  const bootstrap = file(bootstrapConf, { content, mode: 0o600, secret: true });
  return [...files, bootstrap, ...(identity.kind === "stale" ? [forgotten(identity.because)] : [])];
}

/** No kubeconfig that can't be used any more; the kubelet starts anew and asks for a certificate. */
function forgotten(because: string): Resource {
  return action(`rejoin:${kubeletConf}`, {
    makes: `a new certificate for the kubelet: ${because}`,
    check: ["test", "!", "-e", kubeletConf],
    run: [
      ["rm", "-f", kubeletConf],
      ["systemctl", "try-restart", "kubelet"],
    ],
  });
}

function foreign({ host }: Target, server: string): SlipwayError {
  return new SlipwayError({
    code: "NODE_OF_ANOTHER_CLUSTER",
    exit: "hostStep",
    host: host.name,
    message: "the kubelet of this host belongs to a cluster with another authority",
    tried: `to join ${server}`,
    got: `${kubeletConf} trusts another certificate than the cluster's`,
    remedy: "take the host out of the old cluster with `slipway reset` on it, then run this again",
  });
}

/** Looks for five seconds on the host itself, which is quicker than to ask it again and again. */
const awaitAndTidy =
  'turn=0; until [ -e "$1" ] || [ $turn -eq 100 ]; do sleep 0.05; turn=$((turn + 1)); done; [ -e "$1" ] && rm -f "$2"';

/** Waits for the certificate, then takes the bootstrap credentials away, as kubeadm's kubelet-wait-bootstrap does. */
async function bootstrapped(context: ClusterContext, target: Target): Promise<void> {
  const { host, signal } = target;
  const argv = ["sh", "-c", awaitAndTidy, "sh", kubeletConf, bootstrapConf];
  const tidy: Op = { kind: "run", argv, okExitCodes: [0, 1] };
  const hasJoined = async () => {
    const [result] = await host.batch([tidy], { signal });
    return result?.kind === "ran" && result.exitCode === 0;
  };
  const { tlsBootstrap } = nodeOf(context, target).input.init.timeouts;
  const withinMs = parseDuration(tlsBootstrap) ?? 300_000;
  const wait = { for: kubeletConf, withinMs, everyMs: 150, isFinal: isHostLost };
  const { host: leader } = await firstControlPlane(context);
  try {
    // without the control plane that the run works through no later phase would come to anything
    await unlessLost({ host: leader, signal }, (either) => until(hasJoined, { ...wait, signal: either }));
  } catch (thrown) {
    signal.throwIfAborted();
    throw lostHost(thrown) ?? (await notBootstrapped(target, thrown));
  }
}

async function notBootstrapped({ host }: Target, thrown: unknown): Promise<SlipwayError> {
  return new SlipwayError(
    {
      code: "KUBELET_NOT_BOOTSTRAPPED",
      exit: "hostStep",
      host: host.name,
      message: "the kubelet got no certificate from the cluster",
      tried: `TLS bootstrap, after which the kubelet writes ${kubeletConf}`,
      got: `${messageOf(thrown)}\n${await kubeletLastWords(host)}`,
      remedy: "read `journalctl -u kubelet` on that host, and look at `kubectl get csr`",
    },
    { cause: thrown },
  );
}
