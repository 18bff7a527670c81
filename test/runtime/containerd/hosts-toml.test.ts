import { expect, it } from "vitest";
import { registryFiles } from "../../../src/runtime/containerd/hosts-toml.ts";

it("asks mirrors in their order before the registry", () => {
  const [hosts] = registryFiles("docker.io", {
    mirrors: [{ url: "https://a" }, { url: "http://b:5000", skipVerify: true }],
  });
  expect(hosts).toEqual({
    path: "/etc/containerd/certs.d/docker.io/hosts.toml",
    content: `server = "https://registry-1.docker.io"

[host."https://a"]
capabilities = ["pull", "resolve"]

[host."http://b:5000"]
capabilities = ["pull", "resolve"]
skip_verify = true
`,
  });
});

it("puts an authority beside the settings that name it, once", () => {
  const files = registryFiles("reg.example:5000", { mirrors: [{ url: "https://m", ca: "PEM" }], ca: "PEM" });
  expect(files).toHaveLength(2);
  expect(files[0]?.content.match(/ca = "(.*)"/)?.[1]).toBe(files[1]?.path);
  expect(files[1]?.content).toBe("PEM");
});
