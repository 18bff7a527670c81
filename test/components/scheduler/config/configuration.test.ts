import { expect, test } from "vitest";
import { parseConfiguration } from "../../../../src/components/scheduler/config/configuration.ts";

const head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";
const weights = (text: string) =>
  Object.fromEntries(parseConfiguration(text).profiles[0]!.scores.map(({ plugin, weight }) => [plugin.name, weight]));

test("the default is upstream's plugins and weights", () => {
  expect(weights("")).toEqual({
    TaintToleration: 3,
    NodeAffinity: 2,
    NodeResourcesFit: 1,
    PodTopologySpread: 2,
    InterPodAffinity: 2,
    NodeResourcesBalancedAllocation: 1,
    ImageLocality: 1,
  });
  expect(parseConfiguration("").profiles[0]).toMatchObject({ schedulerName: "default-scheduler", preempts: true });
});

test("a profile changes weights and switches plugins off", () => {
  const text = `${head}profiles:\n- schedulerName: other\n  plugins:\n    score:\n      disabled: [{name: ImageLocality}]\n      enabled: [{name: NodeAffinity, weight: 9}]\n    postFilter:\n      disabled: [{name: "*"}]\n`;
  expect(weights(text)).toMatchObject({ NodeAffinity: 9 });
  expect(weights(text)).not.toHaveProperty("ImageLocality");
  expect(parseConfiguration(text).profiles[0]).toMatchObject({ schedulerName: "other", preempts: false });
});

test("everything off but one", () => {
  const text = `${head}profiles:\n- plugins:\n    score:\n      disabled: [{name: "*"}]\n      enabled: [{name: NodeResourcesFit}]\n`;
  expect(weights(text)).toEqual({ NodeResourcesFit: 1 });
});

test.each([
  ["another kind", "apiVersion: v1\nkind: Pod\n", "KubeSchedulerConfiguration"],
  ["an unknown plugin", `${head}profiles: [{plugins: {score: {enabled: [{name: Magic}]}}}]\n`, "Magic"],
  ["extenders", `${head}extenders: [{urlPrefix: "http://x"}]\n`, "extenders"],
  [
    "arguments that are not followed",
    `${head}profiles: [{pluginConfig: [{name: NodeAffinity, args: {addedAffinity: {}}}]}]\n`,
    "NodeAffinity",
  ],
  ["a back-off that shrinks", `${head}podInitialBackoffSeconds: 5\npodMaxBackoffSeconds: 2\n`, "podMaxBackoffSeconds"],
  ["two profiles of one name", `${head}profiles: [{}, {}]\n`, "schedulerName"],
])("%s is refused", (_, text, words) => {
  expect(() => parseConfiguration(text)).toThrow(words);
});

test("arguments may spell out the defaults", () => {
  const args = "apiVersion: kubescheduler.config.k8s.io/v1, kind: InterPodAffinityArgs, hardPodAffinityWeight: 1";
  const text = `${head}profiles: [{pluginConfig: [{name: InterPodAffinity, args: {${args}}}]}]\n`;
  expect(weights(text)).toEqual(weights(""));
});

test("the back-off is configured in seconds", () => {
  expect(parseConfiguration("").backoff).toEqual({ initialBackoffMs: 1000, maxBackoffMs: 10_000 });
  expect(parseConfiguration(`${head}podInitialBackoffSeconds: 2\n`).backoff.initialBackoffMs).toBe(2000);
});
