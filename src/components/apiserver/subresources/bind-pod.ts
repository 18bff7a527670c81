import type { KubeObject } from "../../../kube/object.ts";
import { badRequest, conflict, type Subject } from "../http/api-error.ts";
import type { Reply } from "../http/exchange.ts";
import type { RegistryContext } from "../registry/context.ts";
import { readValue } from "../registry/decode.ts";
import { namespaceOf, subjectOf, type Target } from "../registry/target.ts";
import { updateObject } from "../registry/update.ts";
import { writeOf } from "../registry/write.ts";

type Binding = {
  readonly metadata?: KubeObject["metadata"];
  readonly target?: { readonly kind?: string; readonly name?: string };
};

/** pods/binding: puts a pod on a node, once; the pod becomes PodScheduled. */
export async function bindPod(context: RegistryContext, target: Target): Promise<Reply> {
  const binding = ((await readValue(target.exchange.request)) ?? {}) as Binding;
  const pod = context.catalog.find("", "v1", "pods");
  const name = target.info.name || binding.metadata?.name;
  const node = binding.target?.name;
  if (!pod || !name || !node) throw badRequest("Binding: target.name: Required value");
  if (binding.target?.kind && binding.target.kind !== "Node") {
    throw badRequest(
      `Binding: target.kind: Unsupported value: ${JSON.stringify(binding.target.kind)}: supported values: "Node", ""`,
    );
  }
  const subject = { ...subjectOf(target, name), resource: "pods" };
  await updateObject(context, pod, {
    ...writeOf(target),
    namespace: namespaceOf(target),
    name,
    subresource: "binding",
    change: (current) => bound(current, { node, binding, subject, now: context.now() }),
  });
  return {
    kind: "object",
    status: 201,
    object: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 },
  };
}

type Details = { readonly node: string; readonly binding: Binding; readonly subject: Subject; readonly now: Date };

function bound(pod: KubeObject, { node, binding, subject, now }: Details): KubeObject {
  const spec = pod.spec as { nodeName?: string; schedulingGates?: unknown[] };
  const { uid } = binding.metadata ?? {};
  if (uid && uid !== pod.metadata.uid)
    throw conflict(
      subject,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`,
    );
  if (pod.metadata.deletionTimestamp)
    throw conflict(subject, `pod ${subject.name} is being deleted, cannot be assigned to a host`);
  if (spec.nodeName) throw conflict(subject, `pod ${subject.name} is already assigned to node "${spec.nodeName}"`);
  if (spec.schedulingGates?.length) throw conflict(subject, `pod ${subject.name} has non-empty .spec.schedulingGates`);
  const status = (pod.status ?? {}) as { conditions?: { type: string }[] };
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: `${now.toISOString().slice(0, 19)}Z`,
  };
  const { annotations, labels } = binding.metadata ?? {};
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(annotations && { annotations: { ...pod.metadata.annotations, ...annotations } }),
      ...(labels && { labels: { ...pod.metadata.labels, ...labels } }),
    },
    spec: { ...spec, nodeName: node },
    status: {
      ...status,
      conditions: [...(status.conditions ?? []).filter((one) => one.type !== "PodScheduled"), scheduled],
    },
  };
}
