import { expect, it } from "vitest";
import { containerdDropIn } from "../../../src/runtime/containerd/unit.ts";

it("sets proxies and limits, and doubles systemd's percent sign", () => {
  const proxy = { https: "http://user:p%40ss@192.0.2.1:3128", noProxy: ["10.0.0.0/8", ".local"] };
  expect(containerdDropIn({ proxy, openFiles: 1048576 })).toBe(`[Service]
Environment="HTTPS_PROXY=http://user:p%%40ss@192.0.2.1:3128"
Environment="NO_PROXY=10.0.0.0/8,.local"
LimitNOFILE=1048576
`);
});

it("is not there when there is nothing to say", () => {
  expect(containerdDropIn({})).toBeUndefined();
});
