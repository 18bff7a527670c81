import { expect, test } from "vitest";
import { defaultPod } from "../../../../src/components/apiserver/defaulting/pod.ts";
import { qosClass } from "../../../../src/components/apiserver/kinds/qos-class.ts";
import {
  dnsLabel,
  dnsSubdomain,
  labelValue,
  qualifiedName,
} from "../../../../src/components/apiserver/validation/names.ts";
import { validatePod, validatePodUpdate } from "../../../../src/components/apiserver/validation/pod.ts";

const pod = (spec: object) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec }) as never;
const fields = (spec: object) => validatePod(pod(spec)).map(({ field, reason }) => `${field} ${reason}`);

test("a plain pod is good", () => {
  expect(fields({ containers: [{ name: "a", image: "nginx" }] })).toEqual([]);
});

test.each([
  [{ containers: [] }, ["spec.containers FieldValueRequired"]],
  [{ containers: [{ name: "A", image: "x" }] }, ["spec.containers[0].name FieldValueInvalid"]],
  [{ containers: [{ name: "a" }] }, ["spec.containers[0].image FieldValueRequired"]],
  [
    {
      containers: [
        { name: "a", image: "x" },
        { name: "a", image: "x" },
      ],
    },
    ["spec.containers[1].name FieldValueDuplicate"],
  ],
  [
    { restartPolicy: "Sometimes", containers: [{ name: "a", image: "x" }] },
    ["spec.restartPolicy FieldValueNotSupported"],
  ],
  [
    { volumes: [{ name: "v", emptyDir: {}, secret: { secretName: "s" } }], containers: [{ name: "a", image: "x" }] },
    ["spec.volumes[0].secret FieldValueForbidden"],
  ],
  [
    { containers: [{ name: "a", image: "x", livenessProbe: {} }] },
    ["spec.containers[0].livenessProbe FieldValueRequired"],
  ],
  [
    { containers: [{ name: "a", image: "x", resources: { limits: { cpu: "one" } } }] },
    ["spec.containers[0].resources.limits[cpu] FieldValueInvalid"],
  ],
])("%o is refused at %o", (spec, expected) => {
  expect(fields(spec)).toEqual(expected);
});

test("of a running pod only images and the like may change", () => {
  const old = pod({ containers: [{ name: "a", image: "1" }], nodeName: "n" });
  expect(validatePodUpdate(pod({ containers: [{ name: "a", image: "2" }], nodeName: "n" }), old)).toEqual([]);
  expect(validatePodUpdate(pod({ containers: [{ name: "a", image: "1" }], nodeName: "m" }), old)).toHaveLength(1);
});

test("defaults of a pod are upstream's", () => {
  const object = {
    spec: {
      containers: [{ name: "a", image: "nginx", ports: [{ containerPort: 80 }], resources: { limits: { cpu: "1" } } }],
      volumes: [{ name: "v" }],
    },
  };
  defaultPod(object);
  expect(object.spec).toMatchObject({
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
    volumes: [{ name: "v", emptyDir: {} }],
    containers: [{ imagePullPolicy: "Always", ports: [{ protocol: "TCP" }], resources: { requests: { cpu: "1" } } }],
  });
});

test.each([
  ["nginx", "Always"],
  ["nginx:latest", "Always"],
  ["nginx:1.25", "IfNotPresent"],
  ["host:5000/nginx", "Always"],
  ["nginx@sha256:abc", "IfNotPresent"],
])("%s is pulled %s", (image, policy) => {
  const object = { spec: { containers: [{ name: "a", image }] } };
  defaultPod(object);
  expect(object.spec.containers[0]).toMatchObject({ imagePullPolicy: policy });
});

test.each([
  [{}, "BestEffort"],
  [{ requests: { cpu: "1" } }, "Burstable"],
  [{ requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1000m", memory: "1Gi" } }, "Guaranteed"],
  [{ limits: { cpu: "1", memory: "1Gi" } }, "Guaranteed"],
])("resources %o make a pod %s", (resources, expected) => {
  expect(qosClass({ containers: [{ resources }] })).toBe(expected);
});

test("names have their forms", () => {
  expect(dnsLabel("a-b")).toEqual([]);
  expect(dnsLabel("a.b")).toHaveLength(1);
  expect(dnsSubdomain("a.b")).toEqual([]);
  expect(dnsSubdomain("a".repeat(254))).toHaveLength(1);
  expect(qualifiedName("example.com/Name_1")).toEqual([]);
  expect(qualifiedName("/x")).toHaveLength(1);
  expect(labelValue("")).toEqual([]);
  expect(labelValue("-x")).toHaveLength(1);
});
