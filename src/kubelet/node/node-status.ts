import type { Image } from "../../kube/cri/image.ts";
import type { Node, NodeCondition } from "../../kube/kinds/node.ts";
import type { NodeResources } from "./allocatable.ts";
import type { Machine } from "./machine.ts";

export type StatusFacts = {
  readonly machine: Machine;
  readonly resources: NodeResources;
  readonly addresses: readonly string[];
  readonly hostname: string;
  readonly kubeletPort: number;
  readonly kubeletVersion: string;
  /** `containerd://1.6.20` */
  readonly runtimeVersion: string;
  readonly images: readonly Image[];
  readonly conditions: readonly NodeCondition[];
};

export type ReportedNodeStatus = NonNullable<Node["status"]> & { nodeInfo: Record<string, string> };

const maxImages = 50;
const maxNames = 5;

/** The status part of the kubelet's node. */
export function nodeStatus(facts: StatusFacts): ReportedNodeStatus {
  const { machine, resources } = facts;
  return {
    addresses: [
      ...facts.addresses.map((address) => ({ type: "InternalIP", address })),
      { type: "Hostname", address: facts.hostname },
    ],
    allocatable: { ...resources.allocatable },
    capacity: { ...resources.capacity },
    conditions: [...facts.conditions],
    daemonEndpoints: { kubeletEndpoint: { Port: facts.kubeletPort } },
    images: imagesOf(facts.images),
    nodeInfo: {
      architecture: machine.architecture,
      bootID: machine.bootId,
      containerRuntimeVersion: facts.runtimeVersion,
      kernelVersion: machine.kernelVersion,
      kubeProxyVersion: "",
      kubeletVersion: facts.kubeletVersion,
      machineID: machine.machineId,
      operatingSystem: "linux",
      osImage: machine.osImage,
      systemUUID: machine.systemUuid,
    },
  };
}

/** The largest images first, at most 50, each with at most five names. */
function imagesOf(images: readonly Image[]) {
  return [...images]
    .sort((a, b) => b.size - a.size)
    .slice(0, maxImages)
    .map((image) => ({ names: [...image.repoDigests, ...image.repoTags].slice(0, maxNames), sizeBytes: image.size }))
    .filter(({ names }) => names.length > 0);
}

/** Whether anything but heartbeats differs, so that the status must be written before its time. */
export function statusChanged(before: Node["status"], after: ReportedNodeStatus): boolean {
  return JSON.stringify(comparable(before)) !== JSON.stringify(comparable(after));
}

function comparable(status: Node["status"]): unknown {
  const own = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];
  const { addresses, allocatable, capacity, conditions, daemonEndpoints, images, nodeInfo } = (status ??
    {}) as Partial<ReportedNodeStatus>;
  return [
    addresses,
    sorted(allocatable),
    sorted(capacity),
    (conditions ?? [])
      .filter(({ type }) => own.includes(type))
      .map(({ type, status: value, reason, message }) => [type, value, reason, message]),
    daemonEndpoints,
    images,
    sorted(nodeInfo),
  ];
}

function sorted(map: Readonly<Record<string, string>> = {}): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
