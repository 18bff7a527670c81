import { describe, expect, it } from "vitest";
import { parseFlows } from "../../../../src/components/proxy/conntrack/flow.ts";
import { staleFlows, udpFingerprint } from "../../../../src/components/proxy/conntrack/stale-flows.ts";
import { endpoint, servicePort } from "../service-port-fixture.ts";

const dns = servicePort({ protocol: "udp", port: 53, nodePort: 30053, endpoints: [endpoint("10.244.1.2")] });
const flow = (replySource: string, destination = "10.96.0.10", port = 53) => ({ destination, port, replySource });

it("flows are read from conntrack's listing", () => {
  const listing =
    "udp 17 25 src=10.244.2.9 dst=10.96.0.10 sport=41000 dport=53 src=10.244.1.2 dst=10.244.2.9 sport=53 dport=41000 mark=0 use=1\n" +
    "udp 17 3 src=10.244.2.9 dst=10.96.0.10 sport=41001 dport=53 [UNREPLIED] src=10.96.0.10 dst=10.244.2.9 sport=53 dport=41001 mark=0 use=1\n";
  expect(parseFlows(listing)).toEqual([flow("10.244.1.2"), flow("10.96.0.10")]);
});

describe("stale", () => {
  it("is a flow to an endpoint that left, and one from when there was none; each once", () => {
    const flows = [flow("10.244.1.2"), flow("10.244.1.9"), flow("10.96.0.10"), flow("10.96.0.10")];
    expect(staleFlows(flows, [dns], [])).toEqual([flow("10.244.1.9"), flow("10.96.0.10")]);
  });

  it("is such a flow by a node port too", () => {
    const flows = [flow("10.244.1.9", "192.0.2.1", 30053), flow("10.244.1.9", "192.0.2.9", 30053)];
    expect(staleFlows(flows, [dns], ["192.0.2.1"])).toEqual([flows[0]]);
  });

  it("is nothing of other addresses, and nothing while no endpoint could take over", () => {
    expect(staleFlows([flow("8.8.8.8", "8.8.8.8")], [dns], [])).toEqual([]);
    expect(staleFlows([flow("10.244.1.9")], [{ ...dns, endpoints: [] }], [])).toEqual([]);
  });

  it("is looked for only when UDP services changed", () => {
    const other = servicePort({ endpoints: [endpoint("10.244.1.7")] });
    expect(udpFingerprint([dns, other])).toBe(udpFingerprint([dns]));
    expect(udpFingerprint([{ ...dns, endpoints: [] }])).not.toBe(udpFingerprint([dns]));
  });
});
