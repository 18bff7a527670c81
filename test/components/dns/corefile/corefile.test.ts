import { describe, expect, it } from "vitest";
import { parseCorefile } from "../../../../src/components/dns/corefile/corefile.ts";

const kubeadms = `.:53 {
    errors
    health {
       lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
    }
    loop # a comment
}
`;

describe("a Corefile", () => {
  it("of kubeadm's gives its plugins with arguments and blocks", () => {
    const [block] = parseCorefile(kubeadms);
    expect(block?.zones).toEqual([{ name: "", port: 53 }]);
    expect(block?.plugins.map(({ name }) => name)).toEqual([
      "errors",
      "health",
      "kubernetes",
      "forward",
      "cache",
      "loop",
    ]);
    expect(block?.plugins[2]).toMatchObject({
      args: ["cluster.local", "in-addr.arpa", "ip6.arpa"],
      block: [{ name: "pods", args: ["insecure"] }, {}, {}],
    });
  });

  it("may have several blocks, each for its zones", () => {
    const blocks = parseCorefile("example.org:5300 Example.NET. {\n whoami\n}\n. {\n errors\n}\n");
    expect(blocks.map(({ zones }) => zones)).toEqual([
      [
        { name: "example.org", port: 5300 },
        { name: "example.net", port: 53 },
      ],
      [{ name: "", port: 53 }],
    ]);
  });

  it.each([
    [".:53 {\n errors\n", /not closed/],
    ["errors\n", /line 1/],
    ["https://x {\n}\n", /no zone/],
  ])("that is broken is refused with its line", (text, message) => {
    expect(() => parseCorefile(text)).toThrow(message);
  });
});
