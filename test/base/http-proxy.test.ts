import { expect, it } from "vitest";
import { httpsProxyFor } from "../../src/base/http-proxy.ts";

const proxy = "http://proxy.corp:3128";

it.each([
  ["10.0.0.1", "", proxy],
  ["10.0.0.1", "10.0.0.0/8", undefined],
  ["10.0.0.1", "10.0.0.1", undefined],
  ["10.0.0.1", "10.0.0.1:443", proxy],
  ["10.0.0.1", "10.0.0.1:6443", undefined],
  ["10.0.0.1", "*", undefined],
  ["10.0.0.1", " 192.168.0.0/16 , 10.0.0.2", proxy],
  ["fd00::1", "fd00::/8", undefined],
  ["fd00::1", "[fd00::1]:6443", undefined],
  ["fd00::1", "fd00::1", undefined],
  ["api.corp.example", "corp.example", undefined],
  ["corp.example", "corp.example", undefined],
  ["corp.example", ".corp.example", proxy],
  ["api.corp.example", "*.corp.example", undefined],
  ["notcorp.example", "corp.example", proxy],
  ["localhost", "", undefined],
  ["127.0.0.1", "", undefined],
])("a request to %s with NO_PROXY %j goes through %s", (host, exceptions, expected) => {
  expect(httpsProxyFor({ HTTPS_PROXY: proxy, NO_PROXY: exceptions }, host, 6443)).toBe(expected);
  expect(httpsProxyFor({ https_proxy: proxy, no_proxy: exceptions }, host, 6443)).toBe(expected);
});

it("goes to no proxy where none is set, or only one for http", () => {
  expect(httpsProxyFor({}, "10.0.0.1")).toBeUndefined();
  expect(httpsProxyFor({ HTTP_PROXY: proxy }, "10.0.0.1")).toBeUndefined();
});
