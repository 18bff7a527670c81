import { messageOf, SlipwayError } from "../../base/errors.ts";
import type { NodeRegistration } from "../../config/kubeadm/node-registration.ts";
import type { CriClient } from "../../kube/cri/client.ts";
import type { ClusterChange, Mode, Target } from "../engine/phase.ts";
import { isThere, type NodeRuntime } from "../runtime/node-runtime.ts";
import { withCri } from "../runtime/with-cri.ts";

export type PullOptions = Pick<NodeRegistration, "imagePullPolicy" | "imagePullSerial"> & {
  readonly runtime: NodeRuntime;
  readonly mode: Mode;
};

/** Has the runtime fetch images from their registries, by its own mirrors, credentials and authorities. */
export async function pullImages(
  references: readonly string[],
  { runtime, mode, imagePullPolicy, imagePullSerial }: PullOptions,
  target: Target,
): Promise<readonly ClusterChange[]> {
  if (references.length === 0 || imagePullPolicy === "Never") return [];
  if (mode === "plan" && !isThere(runtime, target)) return references.map(pulled);
  const { socket } = runtime;
  return withCri(socket, target, async (cri) => {
    const missing = await missingOf(references, cri);
    if (mode === "plan") return missing.map(pulled);
    const wanted = imagePullPolicy === "Always" ? references : missing;
    const pull = (reference: string) => pullOne(reference, { cri, socket, target });
    if (imagePullSerial) for (const reference of wanted) await pull(reference);
    else await Promise.all(wanted.map(pull));
    return missing.map(pulled);
  });
}

async function missingOf(references: readonly string[], cri: CriClient): Promise<readonly string[]> {
  const statuses = await Promise.all(references.map((reference) => cri.imageStatus({ image: { image: reference } })));
  return references.filter((_, index) => !statuses[index]?.image);
}

function pulled(reference: string): ClusterChange {
  return { object: `image ${reference}`, action: "create" };
}

type PullMeans = { readonly cri: CriClient; readonly socket: string; readonly target: Target };

async function pullOne(image: string, { cri, socket, target }: PullMeans): Promise<void> {
  target.report(`pulling ${image}`);
  try {
    await cri.pullImage({ image: { image } }, { signal: target.signal });
  } catch (thrown) {
    target.signal.throwIfAborted();
    throw new SlipwayError(
      {
        code: "IMAGE_NOT_PULLED",
        exit: "hostStep",
        message: `the container runtime could not pull ${image}`,
        tried: `PullImage on unix://${socket}`,
        got: messageOf(thrown),
        remedy:
          "see that this host reaches the registry, and set its mirror, authority or user in spec.runtime.registries",
      },
      { cause: thrown },
    );
  }
}
