import { expect, test } from "vitest";
import { builtInStrategies } from "../../../../src/components/apiserver/kinds/strategies.ts";

const strategies = builtInStrategies({ eventTtlSeconds: 3600, allowsPrivileged: true });

/** What is said of an object after its defaults were filled in: "field: message". */
function complaints(resource: string, { kind = "X", ...rest }: Record<string, unknown>): string[] {
  const object = structuredClone({ apiVersion: "v1", kind, metadata: { name: "one" }, ...rest }) as never;
  const strategy = strategies[resource];
  strategy?.defaults?.(object);
  return (strategy?.validate?.(object) ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const template = { metadata: { labels: { app: "x" } }, spec: { containers: [{ name: "a", image: "x" }] } };
const selector = { matchLabels: { app: "x" } };
const jobTemplate = {
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "x" }] } } },
};
const podWith = (container: object, extra: object = {}) => ({
  spec: { containers: [{ name: "a", image: "x", ...container }], ...extra },
});
const scaled = (spec: object) => ({
  spec: { scaleTargetRef: { kind: "Deployment", name: "d" }, maxReplicas: 3, ...spec },
});
const volume = (spec: object) => ({
  spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, ...spec },
});
const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [] }] } };
const ingress = (paths: unknown[]) => ({ spec: { rules: [{ host: "a.example", http: { paths } }] } });
const backend = { service: { name: "s", port: { number: 80 } } };

test.each([
  ["pods", podWith({ livenessProbe: { httpGet: { port: 80 } }, lifecycle: { preStop: { sleep: { seconds: 5 } } } })],
  ["pods", podWith({ readinessProbe: { exec: { command: ["true"] }, successThreshold: 3 } })],
  [
    "pods",
    podWith(
      {},
      {
        initContainers: [
          { name: "i", image: "x", restartPolicy: "Always", startupProbe: { tcpSocket: { port: "web" } } },
        ],
      },
    ),
  ],
  ["autoscaling/horizontalpodautoscalers", scaled({ behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } })],
  [
    "networking.k8s.io/networkpolicies",
    {
      spec: {
        egress: [
          { to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }], ports: [{ port: 80, endPort: 90 }] },
        ],
      },
    },
  ],
  ["networking.k8s.io/ingresses", ingress([{ path: "/", pathType: "Prefix", backend }])],
  [
    "networking.k8s.io/ingressclasses",
    { spec: { controller: "example.com/it", parameters: { kind: "K", name: "n" } } },
  ],
  ["persistentvolumes", volume({ hostPath: { path: "/data" } })],
  ["persistentvolumes", volume({ local: { path: "/data" }, nodeAffinity })],
  ["policy/poddisruptionbudgets", { spec: { minAvailable: "50%", selector } }],
  ["storage.k8s.io/storageclasses", { provisioner: "kubernetes.io/no-provisioner" }],
  [
    "limitranges",
    { spec: { limits: [{ type: "Container", max: { cpu: "2" }, min: { cpu: "100m" }, default: { cpu: "1" } }] } },
  ],
  ["resourcequotas", { spec: { hard: { pods: "10", "requests.nvidia.com/gpu": "1", "count/jobs.batch": "3" } } }],
  ["replicationcontrollers", { spec: { template } }],
  ["batch/cronjobs", { spec: { schedule: "*/5 * * * *", timeZone: "Europe/Berlin", jobTemplate } }],
  [
    "apps/statefulsets",
    {
      kind: "StatefulSet",
      spec: {
        selector,
        serviceName: "s",
        template: {
          ...template,
          spec: { containers: [{ name: "a", image: "x", volumeMounts: [{ name: "data", mountPath: "/d" }] }] },
        },
        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: {} }],
      },
    },
  ],
  ["apps/daemonsets", { kind: "DaemonSet", spec: { selector, template } }],
])("good: %s %j", (resource: string, object: object) => {
  expect(complaints(resource, object as Record<string, unknown>)).toEqual([]);
});

test.each([
  [podWith({ livenessProbe: {} }), "spec.containers[0].livenessProbe: Required value: must specify a handler type"],
  [
    podWith({ livenessProbe: { exec: { command: [] } } }),
    "spec.containers[0].livenessProbe.exec.command: Required value",
  ],
  [
    podWith({ livenessProbe: { httpGet: { port: 0 } } }),
    "spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
  ],
  [
    podWith({ livenessProbe: { httpGet: { port: 80, scheme: "FTP" } } }),
    'spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
  ],
  [
    podWith({ livenessProbe: { tcpSocket: { port: "8080" } } }),
    'spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: "8080": must contain at least one letter (a-z)',
  ],
  [
    podWith({ startupProbe: { grpc: { port: 1 }, successThreshold: 2 } }),
    "spec.containers[0].startupProbe.successThreshold: Invalid value: 2: must be 1",
  ],
  [
    podWith({ readinessProbe: { grpc: { port: 1 }, terminationGracePeriodSeconds: 5 } }),
    "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes",
  ],
  [
    podWith({ livenessProbe: { grpc: { port: 1 }, periodSeconds: -1 } }),
    "spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
  ],
  [
    podWith({ livenessProbe: { grpc: { port: 1 }, exec: { command: ["x"] } } }),
    "spec.containers[0].livenessProbe.grpc: Forbidden: may not specify more than 1 handler type",
  ],
  [
    podWith({ lifecycle: { preStop: { sleep: { seconds: 31 } } } }),
    "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)",
  ],
  [
    podWith({}, { initContainers: [{ name: "i", image: "x", livenessProbe: { grpc: { port: 1 } } }] }),
    "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
  ],
])("pod %#: %s", (object, complaint) => {
  expect(complaints("pods", object)).toEqual([complaint]);
});

test.each([
  [
    "autoscaling/horizontalpodautoscalers",
    { spec: { maxReplicas: 2, scaleTargetRef: {} } },
    ["spec.scaleTargetRef.kind: Required value", "spec.scaleTargetRef.name: Required value"],
  ],
  [
    "autoscaling/horizontalpodautoscalers",
    scaled({ minReplicas: 5 }),
    ["spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"],
  ],
  [
    "autoscaling/horizontalpodautoscalers",
    scaled({ minReplicas: 0 }),
    [
      "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas",
    ],
  ],
  [
    "autoscaling/horizontalpodautoscalers",
    scaled({ metrics: [{ type: "Pods" }] }),
    ["spec.metrics[0].pods: Required value: must populate information for the given metric source"],
  ],
  [
    "autoscaling/horizontalpodautoscalers",
    scaled({ metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization" } } }] }),
    [
      "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization",
    ],
  ],
  [
    "autoscaling/horizontalpodautoscalers",
    scaled({ metrics: [{ type: "Wish" }] }),
    [
      'spec.metrics[0].type: Unsupported value: "Wish": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
    ],
  ],
  [
    "autoscaling/horizontalpodautoscalers",
    scaled({
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 3601, policies: [{ type: "Pods", value: 0, periodSeconds: 1801 }] },
      },
    }),
    [
      "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600",
      "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero",
      "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800",
    ],
  ],
  [
    "networking.k8s.io/networkpolicies",
    { spec: { ingress: [{ from: [{}], ports: [{ endPort: 5 }] }] } },
    [
      "spec.ingress[0].ports[0].endPort: Invalid value: 5: may not be specified when `port` is not specified",
      "spec.ingress[0].from[0]: Required value: must specify a peer",
    ],
  ],
  [
    "networking.k8s.io/networkpolicies",
    { spec: { ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] } }] }] } },
    [
      'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      "spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer",
    ],
  ],
  [
    "networking.k8s.io/networkpolicies",
    { spec: { podSelector: { matchExpressions: [{ key: "a", operator: "In" }] }, policyTypes: ["Sideways"] } },
    [
      "spec.podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      'spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Ingress", "Egress"',
    ],
  ],
  [
    "networking.k8s.io/ingresses",
    { spec: {} },
    ["spec: Invalid value: []: either `defaultBackend` or `rules` must be specified"],
  ],
  [
    "networking.k8s.io/ingresses",
    ingress([{ path: "a", pathType: "Exact", backend: {} }]),
    [
      'spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path',
      'spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required',
    ],
  ],
  ["networking.k8s.io/ingresses", ingress([]), ["spec.rules[0].http.paths: Required value"]],
  [
    "networking.k8s.io/ingresses",
    { spec: { defaultBackend: { service: { name: "s", port: {} } }, tls: [{ hosts: ["A"], secretName: "s" }] } },
    ["spec.defaultBackend: Required value: port name or number is required"],
  ],
  [
    "networking.k8s.io/ingresses",
    { spec: { rules: [{ host: "10.0.0.1" }] } },
    ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
  ],
  [
    "persistentvolumes",
    { spec: {} },
    [
      "spec.accessModes: Required value",
      "spec.capacity: Required value",
      'spec.capacity: Unsupported value: {}: supported values: "storage"',
      "spec: Required value: must specify a volume type",
    ],
  ],
  [
    "persistentvolumes",
    volume({ hostPath: { path: "/a/../b" }, nfs: { server: "s", path: "/x" } }),
    [
      "spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
      "spec.nfs: Forbidden: may not specify more than 1 volume type",
    ],
  ],
  [
    "persistentvolumes",
    volume({ local: { path: "/data" } }),
    ["spec.nodeAffinity: Required value: Local volume requires node affinity"],
  ],
  ["persistentvolumes", volume({ csi: { driver: "d" } }), ["spec.csi.volumeHandle: Required value"]],
  [
    "persistentvolumes",
    volume({ nfs: { server: "s", path: "x" }, volumeMode: "Tape" }),
    [
      'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
      'spec.nfs.path: Invalid value: "x": must be an absolute path',
    ],
  ],
  [
    "policy/poddisruptionbudgets",
    { spec: { minAvailable: "150%" } },
    ['spec.minAvailable: Invalid value: "150%": must not be greater than 100%'],
  ],
  [
    "policy/poddisruptionbudgets",
    { spec: { minAvailable: 1, maxUnavailable: 1 } },
    ['spec: Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set'],
  ],
  [
    "storage.k8s.io/storageclasses",
    { provisioner: "", reclaimPolicy: "Recycle" },
    [
      "provisioner: Required value",
      'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
    ],
  ],
  [
    "limitranges",
    { spec: { limits: [{ type: "Pod", default: { cpu: "1" } }, { type: "Pod" }] } },
    [
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
      'spec.limits[1].type: Duplicate value: "Pod"',
    ],
  ],
  [
    "limitranges",
    { spec: { limits: [{ type: "Pod", min: { cpu: "2" }, max: { cpu: "1" } }] } },
    ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
  ],
  [
    "limitranges",
    { spec: { limits: [{ type: "PersistentVolumeClaim" }] } },
    [
      "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided",
    ],
  ],
  [
    "resourcequotas",
    { spec: { hard: { puds: "1", pods: "1500m" } } },
    [
      'spec.hard[puds]: Invalid value: "puds": must be a standard resource for quota',
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
    ],
  ],
  [
    "resourcequotas",
    { spec: { hard: { cpu: "1" }, scopes: ["BestEffort"] } },
    ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
  ],
  [
    "resourcequotas",
    {
      spec: {
        hard: { pods: "1" },
        scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In" }] },
      },
    },
    [
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ],
  ],
  [
    "replicationcontrollers",
    { spec: { selector: { app: "y" }, template } },
    ['spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`'],
  ],
  [
    "replicationcontrollers",
    { spec: {} },
    ["spec.selector: Required value", "spec.template.spec.containers: Required value"],
  ],
  [
    "batch/cronjobs",
    { spec: { schedule: "* * * * *", timeZone: "Mars/Olympus", jobTemplate } },
    ['spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus'],
  ],
  [
    "batch/cronjobs",
    { spec: { schedule: "TZ=UTC * * * * *", jobTemplate } },
    [
      'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
  ],
  [
    "batch/cronjobs",
    { spec: { schedule: "* * * * *", timeZone: "Local", jobTemplate } },
    [
      'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
    ],
  ],
  [
    "apps/deployments",
    {
      kind: "Deployment",
      spec: { selector, template, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: "0%" } } },
    },
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
  ],
  [
    "apps/deployments",
    { kind: "Deployment", spec: { selector, template, progressDeadlineSeconds: 5, minReadySeconds: 5 } },
    ["spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"],
  ],
  [
    "apps/daemonsets",
    { kind: "DaemonSet", spec: { selector, template, updateStrategy: { rollingUpdate: { maxSurge: 1 } } } },
    ["spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"],
  ],
  [
    "apps/statefulsets",
    { kind: "StatefulSet", spec: { selector, template, podManagementPolicy: "Chaos" } },
    ["spec.podManagementPolicy: Invalid value: \"Chaos\": must be 'OrderedReady' or 'Parallel'"],
  ],
])("%s: %j", (resource: string, object: object, wanted: readonly string[]) => {
  expect(
    complaints(resource, object as Record<string, unknown>).filter((one) => !one.includes("lowercase RFC")),
  ).toEqual(wanted);
});

test("what a volume is made of never changes, nor whom a class belongs to", () => {
  const old = { apiVersion: "v1", kind: "X", metadata: { name: "one" }, ...volume({ hostPath: { path: "/a" } }) };
  const now = { ...old, ...volume({ hostPath: { path: "/b" } }) };
  expect(strategies.persistentvolumes?.validateUpdate?.(now, old).map(({ field }) => field)).toEqual([
    "spec.persistentvolumesource",
  ]);
  const [before, after] = ["example.com/a", "example.com/b"].map((controller) => ({ ...old, spec: { controller } }));
  const rule = strategies["networking.k8s.io/ingressclasses"]?.validateUpdate;
  expect(rule?.(after as never, before as never).map(({ field }) => field)).toEqual(["spec.controller"]);
});
