import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { factsScript } from "../../../src/hosts/fact/facts-script.ts";
import { parseFacts } from "../../../src/hosts/fact/parse-facts.ts";

const namespace = `slipway-facts-${process.pid}`;
const ip = (...words: string[]): string =>
  execFileSync("ip", words, { timeout: 60_000, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const inside = (...words: string[]): string => ip("-n", namespace, ...words);

beforeEach(() => {
  if (process.getuid?.() !== 0) throw new Error("this test needs root: it makes a network namespace");
  ip("netns", "add", namespace);
  inside("link", "add", "eth0", "type", "veth", "peer", "name", "eth1");
  inside("link", "set", "eth0", "up");
});
afterEach(() => {
  ip("netns", "delete", namespace);
});

function factsInside() {
  const output = ip("netns", "exec", namespace, "sh", "-c", factsScript);
  return parseFacts(output, { askedAtMs: Date.now(), answeredAtMs: Date.now() });
}

test("the default route's address is IPv4's, and IPv6's on a host that has no other", () => {
  inside("addr", "add", "fd00:9::2/64", "dev", "eth0", "nodad");
  inside("-6", "route", "add", "default", "via", "fd00:9::1", "dev", "eth0", "onlink");
  expect(factsInside().defaultRouteAddress).toBe("fd00:9::2");
  inside("addr", "add", "10.9.0.2/24", "dev", "eth0");
  inside("route", "add", "default", "via", "10.9.0.1", "dev", "eth0", "onlink");
  const { defaultRouteAddress, addresses } = factsInside();
  expect(defaultRouteAddress).toBe("10.9.0.2");
  expect(addresses).toContainEqual({ interface: "eth0", address: "10.9.0.2", prefixLength: 24 });
  expect(addresses).toContainEqual({ interface: "eth0", address: "fd00:9::2", prefixLength: 64 });
});
