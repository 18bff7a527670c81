/** A named check; it gives the reason why it fails, or undefined. */
export type HealthCheck = {
  readonly name: string;
  readonly on: readonly ("livez" | "readyz")[];
  readonly failure: () => string | undefined;
};
type HealthAnswer = { readonly status: number; readonly page: { readonly contentType: string; readonly body: string } };

/** Answers /healthz, /livez, /readyz, their `?verbose` and `?exclude=`, and one check at /livez/<name>, as upstream's servers do. */
export function healthAnswer(
  checks: readonly HealthCheck[],
  pathname: string,
  parameters: URLSearchParams,
): HealthAnswer {
  const [, endpoint = "", only] = pathname.split("/");
  const excluded = parameters.getAll("exclude");
  const asked = checks.filter(
    ({ name, on }) => (endpoint === "healthz" || on.includes(endpoint as "livez")) && !excluded.includes(name),
  );
  const chosen = only ? asked.filter(({ name }) => name === only) : asked;
  if (only && chosen.length === 0) return page(404, "404 page not found\n");
  const results = chosen.map(({ name, failure }) => ({ name, why: failure() }));
  const failed = results.some(({ why }) => why !== undefined);
  if (!failed && !parameters.has("verbose")) return page(200, "ok");
  const lines = results.map(({ name, why }) => (why === undefined ? `[+]${name} ok` : `[-]${name} failed: ${why}`));
  const verdict = `${endpoint} check ${failed ? "failed" : "passed"}`;
  return page(failed ? 500 : 200, `${[...lines, verdict].join("\n")}\n`);
}

function page(status: number, body: string): HealthAnswer {
  return { status, page: { contentType: "text/plain; charset=utf-8", body } };
}
