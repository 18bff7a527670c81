import { expect, test } from "vitest";
import { ephemeralContainers, resize } from "../../../../src/components/apiserver/kinds/pod-subresources.ts";
import type { KubeObject } from "../../../../src/kube/object.ts";

const container = (name: string, cpu: string) => ({
  name,
  image: "nginx",
  resources: { requests: { cpu }, limits: { cpu: "2" } },
});
const pod = (spec: object, metadata: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "default", ...metadata },
  spec: { containers: [container("main", "1")], ...spec },
  status: { phase: "Running" },
});
const debug = { name: "debug", image: "busybox" };

test("a write of ephemeral containers changes nothing else of the pod", () => {
  const submitted = pod(
    { containers: [{ name: "main", image: "evil" }], nodeName: "other", ephemeralContainers: [debug] },
    { labels: { a: "b" }, resourceVersion: "7" },
  );
  expect(ephemeralContainers.take?.(submitted, pod({}))).toEqual(
    pod({ ephemeralContainers: [debug] }, { resourceVersion: "7" }),
  );
});

test("ephemeral containers are added, never changed or removed, and never on static pods", () => {
  const old = pod({ ephemeralContainers: [debug] });
  const check = ephemeralContainers.validateUpdate!;
  expect(check(pod({ ephemeralContainers: [debug, { name: "more", image: "busybox" }] }), old)).toEqual([]);
  expect(check(pod({ ephemeralContainers: [] }), old)[0]?.message).toContain("may not be removed");
  expect(check(pod({ ephemeralContainers: [{ ...debug, image: "x" }] }), old)[0]?.message).toContain(
    "may not be changed",
  );
  const mirror = { annotations: { "kubernetes.io/config.mirror": "x" } };
  expect(check(pod({ ephemeralContainers: [debug] }, mirror), pod({}, mirror))[0]?.message).toContain("static pods");
});

test("a resize takes cpu and memory, and leaves the rest", () => {
  const wanted = pod({ containers: [{ ...container("main", "1500m"), image: "evil" }], nodeName: "other" });
  const taken = resize.take!(wanted, pod({}));
  expect(taken.spec).toEqual({ containers: [container("main", "1500m")] });
  expect(resize.validateUpdate!(taken, pod({}))).toEqual([]);
});

test("a resize can't rename containers, change the QoS class, or drop a request", () => {
  const check = (containers: object[]) => {
    const taken = resize.take!(pod({ containers }), pod({}));
    return resize.validateUpdate!(taken, pod({})).map(({ message }) => message);
  };
  expect(check([container("other", "1")])).toEqual([expect.stringContaining("renamed")]);
  expect(check([{ name: "main", image: "nginx", resources: {} }])).toEqual(
    expect.arrayContaining([
      expect.stringContaining("Pod QOS Class may not change"),
      expect.stringContaining("resource requests cannot be removed"),
    ]),
  );
});
