import { describe, expect, it } from "vitest";
import { rulesetMaker } from "../../../../src/components/proxy/rules/ruleset.ts";
import { noRules, transaction } from "../../../../src/components/proxy/rules/transaction.ts";
import type { ServicePort } from "../../../../src/components/proxy/services/service-port.ts";
import { endpoint, servicePort } from "../service-port-fixture.ts";

const local = { is: "ip saddr { 10.244.0.0/16 }", isNot: "ip saddr != { 10.244.0.0/16 }" };
const ruleset = rulesetMaker({ family: "ip", local, masqueradeAll: false, nodePortIps: ["192.0.2.1"] });

function service(name: string, fields: Partial<ServicePort> = {}): ServicePort {
  return servicePort({ name: `default/${name}:http`, endpoints: [endpoint("10.244.1.5")], ...fields });
}

describe("the transaction between two rule sets", () => {
  it("is empty when nothing changed", () => {
    const rules = ruleset([service("a")]);
    expect(transaction("ip", rules, ruleset([service("a")]))).toBe("");
  });

  it("names only the service that changed", () => {
    const other = service("b", { clusterIp: "10.96.0.11" });
    const before = ruleset([service("a"), other]);
    const after = ruleset([service("a"), { ...other, endpoints: [] }]);
    const script = transaction("ip", before, after);
    expect(script).toContain("10.96.0.11 . tcp . 80 : goto reject-chain");
    expect(script).not.toContain("10.96.0.10");
  });

  it("of a replaced endpoint is a changed element, however many services there are", () => {
    const moved = { nodePort: 30080, externalIps: ["192.0.2.9"] };
    const before = ruleset([service("a", moved)]);
    const after = ruleset([service("a", { ...moved, endpoints: [endpoint("10.244.1.6")] })]);
    const lines = transaction("ip", before, after).trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/{.*/, ""))).toEqual([
      "delete element ip kube-proxy endpoints-0 ",
      "add element ip kube-proxy endpoints-0 ",
      "delete element ip kube-proxy nodeport-endpoints-0 ",
      "add element ip kube-proxy nodeport-endpoints-0 ",
    ]);
    expect(lines[1]).toContain("10.96.0.10 . tcp . 80 : 10.244.1.6 . 8080");
    expect(lines[1]).toContain("192.0.2.9 . tcp . 80 : 10.244.1.6 . 8080");
  });

  it("lets services of as many endpoints share their chains", () => {
    const { chains } = ruleset([service("a"), service("b", { clusterIp: "10.96.0.11" })]);
    expect([...chains.keys()]).toEqual(["internal-1", "endpoint-0"]);
  });

  it("removes references before the chains that they point to", () => {
    const lines = transaction("ip", ruleset([service("a", { nodePort: 30080 })]), noRules).split("\n");
    const lastElement = lines.findLastIndex((line) => line.startsWith("delete element"));
    const firstDelete = lines.findIndex((line) => line.startsWith("delete chain"));
    expect(lastElement).toBeGreaterThanOrEqual(0);
    expect(firstDelete).toBeGreaterThan(lastElement);
  });

  it("answers a service without endpoints by a refusal", () => {
    const { elements } = ruleset([service("a", { endpoints: [], nodePort: 30080 })]);
    expect(elements.get("no-endpoint-services")?.get("10.96.0.10 . tcp . 80")).toBe("goto reject-chain");
    expect(elements.get("no-endpoint-nodeports")?.get("tcp . 30080")).toBe("goto reject-chain");
    expect(elements.has("service-ips")).toBe(false);
  });
});
