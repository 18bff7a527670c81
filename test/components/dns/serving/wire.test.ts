import { decode, encode, RECURSION_DESIRED } from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reply } from "../../../../src/components/dns/message.ts";
import { formatResponse, parseRequest, type Request } from "../../../../src/components/dns/serving/wire.ts";

const question = encode({
  type: "query",
  id: 7,
  flags: RECURSION_DESIRED,
  questions: [{ name: "Web.default.svc.cluster.local", type: "A", class: "IN" }],
  additionals: [
    {
      type: "OPT",
      name: ".",
      udpPayloadSize: 1232,
      flags: 0,
      flag_do: false,
      extendedRcode: 0,
      ednsVersion: 0,
      options: [],
    },
  ],
});

function requestOf(message: Buffer): Request {
  const parsed = parseRequest(message, "udp");
  if (parsed.kind !== "request") throw new Error(`the message is ${parsed.kind}`);
  return parsed.request;
}

describe("messages of the network", () => {
  it("are parsed or refused, whatever their bytes, and a refusal is an answer to their id", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const parsed = parseRequest(Buffer.from(bytes), "udp");
        if (parsed.kind === "refused") expect(parsed.response.subarray(0, 2)).toEqual(Buffer.from(bytes.slice(0, 2)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("that were damaged on their way never stop the answer to them", () => {
    const damage = fc.array(fc.tuple(fc.nat(question.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.nat(question.length), (changes, length) => {
        const message = Buffer.from(question.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) message[at] = byte;
        const parsed = parseRequest(message, "udp");
        if (parsed.kind === "request" && parsed.request.query.type === "A")
          expect(formatResponse(parsed.request, reply("NXDOMAIN")).readUInt16BE(0)).toBe(parsed.request.id);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a response", () => {
  it("repeats the question's letters, while names are compared in lower case", () => {
    const request = requestOf(question);
    expect(request.query.name).toBe("web.default.svc.cluster.local");
    expect(decode(formatResponse(request, reply("NOERROR"))).questions?.[0]?.name).toBe(
      "Web.default.svc.cluster.local",
    );
  });

  it("is cut to what the client takes, and says so", () => {
    const name = "web.default.svc.cluster.local";
    const answers = Array.from({ length: 200 }, (_, at) => ({
      type: "A" as const,
      name,
      ttl: 5,
      data: `10.0.0.${at}`,
    }));
    const response = formatResponse(requestOf(question), reply("NOERROR", { answers }));
    expect(response.length).toBeLessThanOrEqual(1_232);
    expect(decode(response)).toMatchObject({ flag_tc: true, questions: [{ type: "A" }] });
  });
});
