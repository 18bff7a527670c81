import { expect, test } from "vitest";
import { flagsOf } from "../../../../src/components/apiserver/flags/flags.ts";

test("what it does not do, it refuses by name and says what is missing", () => {
  expect(() => flagsOf(["--audit-policy-file=/p"])).toThrow(
    "--audit-policy-file is not supported: this server does not have audit logs",
  );
  expect(() => flagsOf(["--oidc-issuer-url", "https://x"])).toThrow("authentication by OpenID Connect");
  expect(() => flagsOf(["--encryption_provider_config=/p"])).toThrow("encryption at rest");
});

test("what only tunes is taken, and told to do nothing", () => {
  const { ignored, flags } = flagsOf([
    "--goaway-chance=0.001",
    "--enable-aggregator-routing",
    "--livez-grace-period",
    "5s",
    "--watch-cache-sizes=pods#100",
    "--secure-port=7443",
  ]);
  expect(ignored.toSorted()).toEqual([
    "enable-aggregator-routing",
    "goaway-chance",
    "livez-grace-period",
    "watch-cache-sizes",
  ]);
  expect(flags["secure-port"]).toBe(7443);
});

test("nobody's flags are refused", () => {
  expect(() => flagsOf(["--no-such-thing=1"])).toThrow("unknown flag: --no-such-thing=1");
});

test.each([
  ["--storage-media-type=application/vnd.kubernetes.protobuf"],
  ["--logging-format=json"],
  ["--endpoint-reconciler-type=none"],
  ["--secure-port=many"],
])("%s is refused: it would not be done", (flag) => {
  expect(() => flagsOf([flag])).toThrow(flag.slice(2, flag.indexOf("=")));
});
