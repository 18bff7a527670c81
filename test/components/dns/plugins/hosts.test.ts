import { expect, it } from "vitest";
import { type Reply, reply } from "../../../../src/components/dns/message.ts";
import { hosts } from "../../../../src/components/dns/plugins/hosts.ts";

const options = {
  file: "/etc/hosts",
  inline: "192.0.2.7 Registry.example.org registry # ours\n2001:db8::7 registry.example.org",
  zones: [""],
  ttl: 60,
  hasReverse: true,
  fallthrough: [""],
  readFile: () => "192.0.2.1 gateway\nnot an entry\n",
  now: () => 0,
};

function ask(name: string, type: string, changed: Partial<typeof options> = {}): Reply {
  const handler = hosts({ ...options, ...changed })(() => reply("REFUSED"));
  return handler({ name, type, protocol: "udp" }) as Reply;
}

it.each([
  ["registry.example.org", "A", ["192.0.2.7"]],
  ["registry.example.org", "AAAA", ["2001:db8::7"]],
  ["registry.example.org", "MX", []],
  ["gateway", "A", ["192.0.2.1"]],
  ["7.2.0.192.in-addr.arpa", "PTR", ["registry.example.org", "registry"]],
])("hosts answers %s %s by %j", (name, type, data) => {
  expect(ask(name, type)).toMatchObject({ rcode: "NOERROR", answers: data.map((one) => ({ type, data: one })) });
});

it("hands names on that are not listed only with fallthrough", () => {
  expect(ask("example.net", "A").rcode).toBe("REFUSED");
  expect(ask("example.net", "A", { fallthrough: [] }).rcode).toBe("NXDOMAIN");
  expect(ask("example.net", "A", { zones: ["example.org"], fallthrough: [] }).rcode).toBe("REFUSED");
});
