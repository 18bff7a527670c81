import { describe, expect, it } from "vitest";
import { SlipwayError } from "../../src/base/errors.ts";
import { isHostLost, lostHost } from "../../src/hosts/lost-host.ts";

const failed = (code: string, cause?: unknown) =>
  new SlipwayError({ code, exit: "connection", message: code }, { cause });

describe("a lost host", () => {
  it.each(["HOST_UNREACHABLE", "SSH_REFUSED", "SSH_FAILED", "HOST_NAME_UNKNOWN"])(
    "is told by %s, also where that is the cause of another error",
    (code) => {
      const dial = failed(code);
      expect(lostHost(dial)).toBe(dial);
      expect(lostHost(failed("API_UNREACHABLE", dial))).toBe(dial);
    },
  );

  it.each([
    ["a connection that broke, which the next call makes anew", failed("CONNECTION_LOST")],
    ["a port that nothing listens on yet", failed("API_UNREACHABLE", failed("TUNNEL_REFUSED", new Error("refused")))],
    ["what is no error of ours", new Error("HOST_UNREACHABLE")],
  ])("is not %s", (_, thrown) => {
    expect(isHostLost(thrown)).toBe(false);
  });
});
