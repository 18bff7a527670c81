import { describe, expect, it } from "vitest";
import { containerdConfig } from "../../../src/runtime/containerd/config.ts";
import { configFormatOf } from "../../../src/runtime/containerd/config-format.ts";

const input = {
  wish: { registries: {} },
  sandboxImage: "slipway.local/pause:3.10.2",
  cgroupDriver: "systemd",
  restrictOomScoreAdj: false,
} as const;

describe("containerdConfig", () => {
  it("speaks the format that containerd 1.6 and 1.7 know", () => {
    const text = containerdConfig({ ...input, format: 2 });
    expect(text).toContain(
      `version = 2\n\n[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "slipway.local/pause:3.10.2"`,
    );
    expect(text).toContain("SystemdCgroup = true");
    expect(text).not.toContain("restrict_oom_score_adj");
  });

  it("speaks the format of containerd 2, where images and runtime are plugins of their own", () => {
    const text = containerdConfig({ ...input, format: 3, cgroupDriver: "cgroupfs", restrictOomScoreAdj: true });
    expect(text).toContain("version = 3");
    expect(text).toContain(`[plugins."io.containerd.cri.v1.runtime"]\nrestrict_oom_score_adj = true`);
    expect(text).toContain(
      `[plugins."io.containerd.cri.v1.images".pinned_images]\nsandbox = "slipway.local/pause:3.10.2"`,
    );
    expect(text).toContain("SystemdCgroup = false");
  });

  it("keys Docker Hub's credentials by the host that is really asked", () => {
    const registries = { "docker.io": { mirrors: [], credentials: { username: "u", password: "p" } } };
    const text = containerdConfig({ ...input, wish: { registries }, format: 2 });
    expect(text).toContain(`registry.configs."registry-1.docker.io".auth]\nusername = "u"\npassword = "p"`);
  });
});

it.each([
  ["1.6.20", 2],
  ["1.7.24", 2],
  ["2.1.0", 3],
] as const)("knows the format of containerd %s", (version, format) => {
  expect(configFormatOf(version)).toBe(format);
});
