/** What pods need to know of the node that they run on. */
export type NodeFacts = {
  readonly nodeName: string;
  /** The node's addresses, first the primary; may change while the kubelet runs. */
  hostIPs(): readonly string[];
  readonly memoryCapacityBytes: number;
  readonly allocatable: Readonly<Record<string, string>>;
};
