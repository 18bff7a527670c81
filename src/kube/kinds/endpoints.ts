import type { KubeObject } from "../object.ts";

export type ObjectReference = {
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiVersion?: string;
  resourceVersion?: string;
  fieldPath?: string;
};

/** discovery.k8s.io/v1 EndpointSlice. */
export type EndpointSlice = KubeObject & {
  addressType: "IPv4" | "IPv6" | "FQDN";
  endpoints: Endpoint[] | null;
  ports?: EndpointPort[] | null;
};

export type Endpoint = {
  addresses: string[];
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
  hostname?: string;
  targetRef?: ObjectReference;
  nodeName?: string;
  zone?: string;
  hints?: { forZones?: { name: string }[] };
};

export type EndpointPort = { name?: string; protocol?: string; port?: number; appProtocol?: string };

/** core/v1 Endpoints. */
export type Endpoints = KubeObject & { subsets?: EndpointSubset[] };

export type EndpointSubset = {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: EndpointPort[];
};

export type EndpointAddress = { ip: string; hostname?: string; nodeName?: string; targetRef?: ObjectReference };
