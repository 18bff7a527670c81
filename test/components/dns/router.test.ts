import { expect, it } from "vitest";
import { parseCorefile } from "../../../src/components/dns/corefile/corefile.ts";
import { reply } from "../../../src/components/dns/message.ts";
import { router, sitesOf } from "../../../src/components/dns/router.ts";

const blocks = parseCorefile(".:53 {\n}\nexample.org:53 sub.example.org:53 {\n}\nother.org:5300 {\n}\n");
const asked: string[] = [];
const sites = sitesOf(blocks, ({ zones }) => ({
  handler: () => {
    asked.push(zones.map(({ name }) => name || ".").join(" "));
    return reply("NOERROR");
  },
  close: () => {},
}));

it.each([
  ["a.example.org", "example.org sub.example.org"],
  ["b.sub.example.org", "example.org sub.example.org"],
  ["notexample.org", "."],
  ["other.org", "."],
])("a question for %s goes to the block of %s", (name, block) => {
  asked.length = 0;
  void router(() => sites, 53)({ name, type: "A", protocol: "udp" });
  expect(asked).toEqual([block]);
});

it("a question that no zone of its port takes is refused", () => {
  expect(router(() => sites, 5300)({ name: "example.org", type: "A", protocol: "udp" })).toMatchObject({
    rcode: "REFUSED",
  });
});
