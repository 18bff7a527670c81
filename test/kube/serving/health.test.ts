import { expect, test } from "vitest";
import { healthAnswer } from "../../../src/kube/serving/health.ts";

const checks = [
  { name: "ping", on: ["livez", "readyz"], failure: () => undefined },
  { name: "sync", on: ["readyz"], failure: () => "not yet" },
] as const;

test.each([
  ["/livez", "", 200, "ok"],
  ["/readyz", "", 500, "[+]ping ok\n[-]sync failed: not yet\nreadyz check failed\n"],
  ["/readyz", "exclude=sync", 200, "ok"],
  ["/livez", "verbose", 200, "[+]ping ok\nlivez check passed\n"],
  ["/readyz/ping", "", 200, "ok"],
  ["/healthz/nothing", "", 404, "404 page not found\n"],
])("%s?%s", (path, search, status, body) => {
  const answer = healthAnswer(checks, path, new URLSearchParams(search));
  expect({ status: answer.status, body: answer.page.body }).toEqual({ status, body });
});
