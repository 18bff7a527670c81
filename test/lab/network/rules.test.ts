import { describe, expect, it } from "vitest";
import { labNetwork } from "../../../src/lab/network/addresses.ts";
import { cutRules, labRules, removeRules } from "../../../src/lab/network/rules.ts";

const network = labNetwork(4);

describe("labRules", () => {
  it("masquerades what leaves the lab and rejects what it does not route, in a table of its own", () => {
    const rules = labRules(network);
    expect(rules).toContain(`ip saddr 172.29.4.0/24 oifname != "slab4" masquerade`);
    expect(rules).toContain(
      `iifname "slab4" oifname != "slab4" ip daddr { 172.29.0.0/16, 10.96.0.0/12, 10.244.0.0/16 } reject`,
    );
    expect(tablesNamed(rules)).toEqual(new Set(["inet slipway_lab_4"]));
  });
});

describe("cutRules", () => {
  it("drops both directions between two links", () => {
    const rules = cutRules(network, [["vb-a", "vb-b"]]);
    expect(rules).toContain(`iifname "vb-a" oifname "vb-b" meta protocol { ip, ip6 } drop`);
    expect(rules).toContain(`iifname "vb-b" oifname "vb-a" meta protocol { ip, ip6 } drop`);
  });

  it("cuts a link from this machine in the bridge's input and output", () => {
    const rules = cutRules(network, [["operator", "vb-a"]]);
    expect(rules).toMatch(/hook input.*\n\s+iifname "vb-a" .*drop/);
    expect(rules).toMatch(/hook output.*\n\s+oifname "vb-a" .*drop/);
    expect(rules).not.toContain("operator");
  });

  it("drops nothing without cuts", () => {
    expect(cutRules(network, [])).not.toContain("drop");
  });
});

describe("removeRules", () => {
  it("deletes the lab's tables of both families, and no other", () => {
    expect(tablesNamed(removeRules(network))).toEqual(new Set(["inet slipway_lab_4", "bridge slipway_lab_4"]));
    expect(removeRules(network)).not.toContain("flush ruleset");
  });
});

function tablesNamed(rules: string): Set<string> {
  return new Set([...rules.matchAll(/table (\w+ \w+)/g)].map(([, table]) => table!));
}
