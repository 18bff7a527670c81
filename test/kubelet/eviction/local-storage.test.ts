import { expect, test } from "vitest";
import { limitsStorage, storageExcess } from "../../../src/kubelet/eviction/local-storage.ts";
import { container, pod } from "../sample.ts";

const mi = 2 ** 20;
const emptyDir = (name: string, more: object = {}) => ({ name, emptyDir: { sizeLimit: "2Mi", ...more } });
const limited = (name: string, limit: string) =>
  container({ name, resources: { limits: { "ephemeral-storage": limit } } });
const usage = (emptyDirs: Record<string, number>, containers: Record<string, number> = {}) => ({
  emptyDirs: new Map(Object.entries(emptyDirs)),
  containers: new Map(Object.entries(containers)),
});

test.each([
  [
    "an emptyDir above its limit",
    pod({ volumes: [emptyDir("v")] }),
    usage({ v: 3 * mi }),
    'Usage of EmptyDir volume "v" exceeds the limit "2Mi". ',
  ],
  ["one that keeps to it", pod({ volumes: [emptyDir("v")] }), usage({ v: 2 * mi }), undefined],
  [
    "one in memory, which its tmpfs holds",
    pod({ volumes: [emptyDir("v", { medium: "Memory" })] }),
    usage({ v: 3 * mi }),
    undefined,
  ],
  ["one without a limit", pod({ volumes: [{ name: "v", emptyDir: {} }] }), usage({ v: 3 * mi }), undefined],
  [
    ...(["all containers and emptyDirs together above their limits' sum"] as const),
    pod({ containers: [limited("a", "1Mi"), limited("b", "2Mi")], volumes: [{ name: "v", emptyDir: {} }] }),
    usage({ v: 2 * mi }, { a: mi, b: mi }),
    "Pod ephemeral local storage usage exceeds the total limit of containers 3Mi. ",
  ],
  [
    ...(["one container above its own"] as const),
    pod({ containers: [limited("a", "1Mi"), limited("b", "5Mi")] }),
    usage({}, { a: 2 * mi, b: 0 }),
    'Container a exceeded its local ephemeral storage limit "1Mi". ',
  ],
])("%s", (_, wanted, taken, message) => {
  expect(storageExcess(wanted, taken)).toBe(message);
});

test("only pods with limits are measured", () => {
  expect(limitsStorage(pod())).toBe(false);
  expect(limitsStorage(pod({ volumes: [emptyDir("v", { medium: "Memory" })] }))).toBe(false);
  expect(limitsStorage(pod({ volumes: [emptyDir("v")] }))).toBe(true);
  expect(limitsStorage(pod({ containers: [limited("a", "1Mi")] }))).toBe(true);
});
