import { expect, test } from "vitest";
import type { CriClient } from "../../../src/kube/cri/client.ts";
import type { Image } from "../../../src/kube/cri/image.ts";
import { GrpcError } from "../../../src/kube/grpc/status.ts";
import { ImageError } from "../../../src/kubelet/images/image-error.ts";
import { ImagePuller } from "../../../src/kubelet/images/image-puller.ts";
import { container, pod } from "../sample.ts";

const image: Image = {
  ...{
    id: "sha256:1",
    repoTags: [],
    repoDigests: [],
    size: 1,
    uid: undefined,
    username: "",
    spec: undefined,
    pinned: false,
  },
};
type Policy = "Always" | "IfNotPresent" | "Never";

/** A puller before a runtime that has the image or not, and a registry that answers or not; the clock stands until it is moved. */
function puller({
  isPresent,
  isServed = true,
  users = [] as string[],
}: {
  isPresent: boolean;
  isServed?: boolean;
  users?: string[];
}) {
  const state = { isPresent, isServed, nowMs: 1_000_000 };
  const events: string[] = [];
  const askedBy: string[] = [];
  const cri = {
    imageStatus: async () => ({ image: state.isPresent ? image : undefined, info: {} }),
    pullImage: async ({ auth }: { auth?: { username?: string } }) => {
      askedBy.push(auth?.username ?? "nobody");
      if (!state.isServed) throw new GrpcError({ status: "NOT_FOUND", reason: "no such image", tried: "PullImage" });
      state.isPresent = true;
      return { imageRef: image.id };
    },
  } as unknown as CriClient;
  const made = new ImagePuller({
    cri,
    events: { pod: () => undefined, container: (_, __, { type, reason }) => events.push(`${type} ${reason}`) },
    secrets: { authsFor: async () => users.map((username) => ({ username, password: "" })) },
    serialize: true,
    maxParallel: 0,
    now: () => state.nowMs,
  });
  const ensure = async (imagePullPolicy: Policy, name = "example.test/app:1") => {
    const wanted = container({ image: name, imagePullPolicy });
    const wish = { pod: pod(), container: wanted, sandbox: {}, signal: new AbortController().signal };
    return made.ensure(wish).then(
      ({ ref }) => ref,
      (thrown: unknown) => (thrown instanceof ImageError ? thrown.reason : String(thrown)),
    );
  };
  return { state, events, askedBy, ensure };
}

test.each<[Policy, boolean, string, string[]]>([
  ["IfNotPresent", true, image.id, ["Normal Pulled"]],
  ["IfNotPresent", false, image.id, ["Normal Pulling", "Normal Pulled"]],
  ["Always", true, image.id, ["Normal Pulling", "Normal Pulled"]],
  ["Never", true, image.id, ["Normal Pulled"]],
  ["Never", false, "ErrImageNeverPull", ["Warning ErrImageNeverPull"]],
])("%s with the image there: %s", async (policy, isPresent, result, told) => {
  const { ensure, events } = puller({ isPresent });
  expect(await ensure(policy)).toBe(result);
  expect(events).toEqual(told);
});

test("a name that is none is not asked for", async () => {
  const { ensure, askedBy } = puller({ isPresent: false });
  expect(await ensure("IfNotPresent", "UPPER:case")).toBe("InvalidImageName");
  expect(askedBy).toEqual([]);
});

test("a failed pull backs off for 10 s, then for 20 s, and a good one ends that", async () => {
  const { state, events, ensure } = puller({ isPresent: false, isServed: false });
  const after = async (seconds: number) => {
    state.nowMs += seconds * 1000;
    return ensure("IfNotPresent");
  };
  expect([await after(0), await after(9), await after(1)]).toEqual([
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImagePull",
  ]);
  expect(events).toEqual([
    ...["Normal Pulling", "Warning Failed", "Normal BackOff"],
    ...["Normal Pulling", "Warning Failed"],
  ]);
  state.isServed = true;
  expect([await after(19), await after(1)]).toEqual(["ImagePullBackOff", image.id]);
});

test("each credential that fits is tried in turn", async () => {
  const { ensure, askedBy } = puller({ isPresent: false, isServed: false, users: ["one", "two"] });
  expect(await ensure("Always")).toBe("ErrImagePull");
  expect(askedBy).toEqual(["one", "two"]);
});
