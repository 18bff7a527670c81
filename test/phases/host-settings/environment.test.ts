import { expect, it } from "vitest";
import { aptProxies, serviceEnvironment } from "../../../src/phases/host-settings/environment.ts";

it("quotes values for systemd, whose specifiers begin with a percent sign", () => {
  expect(serviceEnvironment({ NO_PROXY: 'a"b\\c%d', A: "1" })).toBe(
    '[Service]\nEnvironment="A=1"\nEnvironment="NO_PROXY=a\\"b\\\\c%%d"\n',
  );
});

it("gives apt the proxies in either case, and nothing when there are none", () => {
  expect(aptProxies({ HTTP_PROXY: "http://p:1", https_proxy: "http://q:2" })).toBe(
    'Acquire::http::Proxy "http://p:1";\nAcquire::https::Proxy "http://q:2";\n',
  );
  expect(aptProxies({ NO_PROXY: "a" })).toBe("");
});
