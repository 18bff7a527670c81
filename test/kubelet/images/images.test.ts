import { expect, test } from "vitest";
import { removable } from "../../../src/kubelet/images/image-gc.ts";
import { normalizeImage } from "../../../src/kubelet/images/image-name.ts";
import { pullSecrets } from "../../../src/kubelet/images/pull-secrets.ts";
import { pullSlots } from "../../../src/kubelet/images/pull-slots.ts";
import { pod } from "../sample.ts";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  ["busybox", "docker.io/library/busybox:latest"],
  ["busybox:1", "docker.io/library/busybox:1"],
  ["user/app", "docker.io/user/app:latest"],
  ["localhost/app", "localhost/app:latest"],
  ["registry.test:5000/a/b:1", "registry.test:5000/a/b:1"],
  ["slipway.local/etcd:3.4", "slipway.local/etcd:3.4"],
  [`example.test/app@${digest}`, `example.test/app@${digest}`],
  [`example.test/app:1@${digest}`, `example.test/app:1@${digest}`],
  ["UPPER", undefined],
  ["", undefined],
  ["a b", undefined],
  ["app:", undefined],
])("%s is %s", (image, expected) => {
  expect(normalizeImage(image)).toBe(expected);
});

test("credentials fit by host and path, the most specific first", async () => {
  const auths = {
    "registry.test": { auth: Buffer.from("any:1").toString("base64") },
    "registry.test/team": { username: "team", password: "2" },
    "*.other.test": { username: "wild", password: "3" },
    "https://index.docker.io/v1/": { username: "hub", password: "4" },
  };
  const data = { ".dockerconfigjson": Buffer.from(JSON.stringify({ auths })).toString("base64") };
  const secrets = pullSecrets({
    configMap: async () => undefined,
    secret: async (_, name) => (name === "reg" ? { apiVersion: "v1", kind: "Secret", metadata: {}, data } : undefined),
  });
  const owner = pod({ imagePullSecrets: [{ name: "reg" }, { name: "missing" }] });
  const usersFor = async (image: string) => (await secrets.authsFor(owner, image)).map(({ username }) => username);
  expect(await usersFor("registry.test/team/app:1")).toEqual(["team", "any"]);
  expect(await usersFor("registry.test/x:1")).toEqual(["any"]);
  expect(await usersFor("a.other.test/x:1")).toEqual(["wild"]);
  expect(await usersFor("docker.io/library/busybox:1")).toEqual(["hub"]);
  expect(await usersFor("elsewhere.test/x")).toEqual([]);
});

test("at most as many pulls as there are slots run at once, in order", async () => {
  const slots = pullSlots(2);
  const log: string[] = [];
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const work = gates.map((gate, index) =>
    slots.run(async () => {
      log.push(`begin ${index}`);
      await gate.promise;
      log.push(`end ${index}`);
    }),
  );
  await Promise.resolve();
  expect(log).toEqual(["begin 0", "begin 1"]);
  gates[1]?.resolve();
  await work[1];
  await Promise.resolve();
  expect(log).toEqual(["begin 0", "begin 1", "end 1", "begin 2"]);
  for (const gate of gates) gate.resolve();
  await Promise.all(work);
});

test("unused images go by their last use; pinned, used and young ones stay", () => {
  const image = (id: string, pinned = false) => ({
    id,
    repoTags: [],
    repoDigests: [],
    size: 1,
    uid: undefined,
    username: "",
    spec: undefined,
    pinned,
  });
  const images = [image("recent"), image("old"), image("used"), image("pinned", true), image("young")];
  const seen = (lastUsedMs: number, firstSeenMs = 0) => ({ firstSeenMs, lastUsedMs });
  const records = new Map([
    ["recent", seen(50)],
    ["old", seen(10)],
    ["used", seen(0)],
    ["pinned", seen(0)],
    ["young", seen(0, 95)],
  ]);
  const found = removable(images, new Set(["used"]), { records, minimumAgeMs: 10, nowMs: 100 });
  expect(found.map(({ id }) => id)).toEqual(["old", "recent"]);
});

test.each([
  ["*.registry.test", "eu.registry.test/app", true],
  ["*.registry.test", "registry.test/app", false],
  ["e*-*.registry.test", "eu-west.registry.test/app", true],
  ["e*-*.registry.test", "eu.registry.test/app", false],
  ["(a+)+.test", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test/app", false],
  ["[.test", "x.test/app", false],
  [`${"a*".repeat(40)}b.test`, `${"a".repeat(60)}.test/app`, false],
])("credentials of %s fit %s: %s", async (registry, image, fits) => {
  const json = JSON.stringify({ auths: { [registry]: { username: "user", password: "1" } } });
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {},
    data: { ".dockerconfigjson": Buffer.from(json).toString("base64") },
  };
  const secrets = pullSecrets({ configMap: async () => undefined, secret: async () => secret });
  const owner = pod({ imagePullSecrets: [{ name: "pull" }] });
  expect(await secrets.authsFor(owner, image)).toHaveLength(fits ? 1 : 0);
});
