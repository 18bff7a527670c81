import { expect, test } from "vitest";
import { builtInResources } from "../../../../src/components/apiserver/resources/built-in.ts";
import { tableOf } from "../../../../src/components/apiserver/table/table.ts";

const options = { includeObject: "None" };

function typeOf(resource: string) {
  const type = builtInResources.find((one) => one.resource === resource);
  if (!type) throw new Error(`no resource ${resource}`);
  return type;
}

/** Names of a resource's columns; those of `-o wide` with a star. */
function header(resource: string): string {
  const { columnDefinitions } = tableOf(
    typeOf(resource),
    { apiVersion: "v1", kind: "X", metadata: { name: "x" } },
    options,
  );
  return columnDefinitions.map(({ name, priority }) => `${name}${priority ? "*" : ""}`).join(" | ");
}

function cells(resource: string, object: object): unknown[] {
  const { rows } = tableOf(
    typeOf(resource),
    { apiVersion: "v1", kind: "X", metadata: { name: "x" }, ...object },
    options,
  );
  return rows[0]?.cells ?? [];
}

// The columns of upstream's printers (pkg/printers/internalversion, v1.36), kind by kind.
test.each(
  `pods: Name | Ready | Status | Restarts | Age | IP* | Node* | Nominated Node* | Readiness Gates*
podtemplates: Name | Containers | Images | Pod Labels
poddisruptionbudgets: Name | Min Available | Max Unavailable | Allowed Disruptions | Age
replicationcontrollers: Name | Desired | Current | Ready | Age | Containers* | Images* | Selector*
replicasets: Name | Desired | Current | Ready | Age | Containers* | Images* | Selector*
daemonsets: Name | Desired | Current | Ready | Up-to-date | Available | Node Selector | Age | Containers* | Images* | Selector*
jobs: Name | Status | Completions | Duration | Age | Containers* | Images* | Selector*
cronjobs: Name | Schedule | Timezone | Suspend | Active | Last Schedule | Age | Containers* | Images* | Selector*
services: Name | Type | Cluster-IP | External-IP | Port(s) | Age | Selector*
ingresses: Name | Class | Hosts | Address | Ports | Age
ingressclasses: Name | Controller | Parameters | Age
statefulsets: Name | Ready | Age | Containers* | Images*
endpoints: Name | Endpoints | Age
nodes: Name | Status | Roles | Age | Version | Internal-IP* | External-IP* | OS-Image* | Kernel-Version* | Container-Runtime*
events: Last Seen | Type | Reason | Object | Subobject* | Source* | Message | First Seen* | Count* | Name*
namespaces: Name | Status | Age
secrets: Name | Type | Data | Age
serviceaccounts: Name | Age
persistentvolumes: Name | Capacity | Access Modes | Reclaim Policy | Status | Claim | StorageClass | VolumeAttributesClass | Reason | Age | VolumeMode*
persistentvolumeclaims: Name | Status | Volume | Capacity | Access Modes | StorageClass | VolumeAttributesClass | Age | VolumeMode*
componentstatuses: Name | Status | Message | Error
deployments: Name | Ready | Up-to-date | Available | Age | Containers* | Images* | Selector*
horizontalpodautoscalers: Name | Reference | Targets | MinPods | MaxPods | Replicas | Age
configmaps: Name | Data | Age
networkpolicies: Name | Pod-Selector | Age
rolebindings: Name | Role | Age | Users* | Groups* | ServiceAccounts*
clusterrolebindings: Name | Role | Age | Users* | Groups* | ServiceAccounts*
certificatesigningrequests: Name | Age | SignerName | Requestor | RequestedDuration | Condition
leases: Name | Holder | Age
storageclasses: Name | Provisioner | ReclaimPolicy | VolumeBindingMode | AllowVolumeExpansion | Age
volumeattributesclasses: Name | DriverName | Age
controllerrevisions: Name | Controller | Revision | Age
resourcequotas: Name | Request | Limit | Age
priorityclasses: Name | Value | Global-Default | Age | PreemptionPolicy
runtimeclasses: Name | Handler | Age
volumeattachments: Name | Attacher | PV | Node | Attached | Age
endpointslices: Name | AddressType | Ports | Endpoints | Age
csinodes: Name | Drivers | Age
csidrivers: Name | AttachRequired | PodInfoOnMount | StorageCapacity | TokenRequests | RequiresRepublish | Modes | Age
csistoragecapacities: Name | StorageClassName | Capacity
mutatingwebhookconfigurations: Name | Webhooks | Age
validatingwebhookconfigurations: Name | Webhooks | Age
validatingadmissionpolicies: Name | Validations | ParamKind | Age
validatingadmissionpolicybindings: Name | PolicyName | ParamRef | Age
flowschemas: Name | PriorityLevel | MatchingPrecedence | DistinguisherMethod | Age | MissingPL
prioritylevelconfigurations: Name | Type | NominalConcurrencyShares | Queues | HandSize | QueueLengthLimit | Age
resourceclaims: Name | State | Age
resourceslices: Name | Node | Driver | Pool | Age
servicecidrs: Name | CIDRs | Age
ipaddresses: Name | ParentRef
limitranges: Name | Created At
roles: Name | Created At
customresourcedefinitions: Name | Created At
apiservices: Name | Service | Available | Age`
    .split("\n")
    .map((line) => line.split(": ") as [string, string]),
)("%s: %s", (resource, wanted) => {
  expect(header(resource)).toBe(wanted);
});

const metric = (type: string, field: string, target: object, current?: object) => ({
  spec: { scaleTargetRef: { kind: "Deployment", name: "d" }, metrics: [{ type, [field]: { name: "cpu", target } }] },
  status: { currentMetrics: current ? [{ type, [field]: { current } }] : [] },
});
const running = (name: string, state: object, ready = true) => ({ name, ready, state });

test.each([
  [
    "horizontalpodautoscalers",
    metric("Resource", "resource", { averageUtilization: 80 }, { averageUtilization: 12 }),
    2,
    "cpu: 12%/80%",
  ],
  ["horizontalpodautoscalers", metric("External", "external", { averageValue: "5" }), 2, "<unknown>/5 (avg)"],
  [
    "horizontalpodautoscalers",
    metric("Pods", "pods", { averageValue: "100m" }, { averageValue: "20m" }),
    2,
    "20m/100m",
  ],
  [
    "services",
    { spec: { type: "LoadBalancer" }, status: { loadBalancer: { ingress: [{ ip: "9.9.9.9" }, { hostname: "a.b" }] } } },
    3,
    "9.9.9.9,a.b",
  ],
  ["services", { spec: { type: "LoadBalancer" } }, 3, "<pending>"],
  [
    "endpoints",
    { subsets: [{ addresses: [{ ip: "1.1.1.1" }, { ip: "fd::1" }], ports: [{ port: 80 }] }] },
    1,
    "1.1.1.1:80,[fd::1]:80",
  ],
  ["ingresses", { spec: { rules: ["a", "b", "c", "d", "e"].map((host) => ({ host })) } }, 2, "a,b,c + 2 more..."],
  ["ingressclasses", { spec: { parameters: { apiGroup: "x.io", kind: "K", name: "n" } } }, 2, "K.x.io/n"],
  ["events", { involvedObject: { kind: "Pod", name: "p" }, series: { count: 7 } }, 8, 7],
  ["events", { source: { component: "kubelet", host: "n1" } }, 5, "kubelet, n1"],
  ["nodes", { status: { nodeInfo: { kernelVersion: "6.1", architecture: "amd64" } } }, 8, "6.1 (amd64)"],
  ["csidrivers", { spec: { tokenRequests: [{ audience: "a" }, { audience: "b" }] } }, 4, "a,b"],
  ["ipaddresses", { spec: { parentRef: { resource: "services", namespace: "n", name: "s" } } }, 1, "services/n/s"],
  [
    "pods",
    {
      status: {
        phase: "Pending",
        reason: "X",
        conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }],
      },
    },
    2,
    "SchedulingGated",
  ],
  [
    "pods",
    {
      status: {
        phase: "Running",
        containerStatuses: [
          running("a", { terminated: { reason: "Completed", exitCode: 0 } }, false),
          running("b", { terminated: { reason: "Error", exitCode: 1 } }, false),
        ],
      },
    },
    2,
    "Error",
  ],
  [
    "pods",
    {
      spec: { initContainers: [{ name: "i" }] },
      status: {
        phase: "Running",
        conditions: [{ type: "Initialized", status: "True" }],
        initContainerStatuses: [{ name: "i", state: {} }],
        containerStatuses: [running("a", { waiting: { reason: "CrashLoopBackOff" } }, false)],
      },
    },
    2,
    "CrashLoopBackOff",
  ],
])("%s %j, column %i: %s", (resource, object, column, wanted) => {
  expect(cells(resource as string, object as object)[column as number]).toBe(wanted);
});
