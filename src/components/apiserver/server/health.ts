import type { Endpoint } from "../http/router.ts";

/** A named check; gives why it fails, or nothing. */
export type HealthCheck = {
  readonly name: string;
  readonly problem: () => string | undefined | Promise<string | undefined>;
};

/** /healthz, /livez and /readyz: all checks, or one by its name below the path; `?exclude=` leaves checks out. */
export function healthEndpoint(path: string, checks: readonly HealthCheck[]): Endpoint {
  const kind = path.slice(1);
  return async (exchange) => {
    const only = exchange.path.slice(path.length + 1);
    if (only) {
      const check = checks.find(({ name }) => name === only);
      if (!check) return { kind: "text", status: 404, body: "404 page not found\n" };
      const problem = await check.problem();
      return {
        kind: "text",
        status: problem ? 500 : 200,
        body: problem ? `internal server error: ${problem}\n` : "ok",
      };
    }
    const excluded = exchange.query.getAll("exclude");
    const lines = await Promise.all(checks.map((check) => line(check, excluded)));
    const isGood = lines.every((one) => !one.startsWith("[-]"));
    if (isGood && !exchange.query.has("verbose")) return { kind: "text", status: 200, body: "ok" };
    const end = isGood ? `${kind} check passed` : `${kind} check failed`;
    return { kind: "text", status: isGood ? 200 : 500, body: `${[...lines, end].join("\n")}\n` };
  };
}

async function line({ name, problem }: HealthCheck, excluded: readonly string[]): Promise<string> {
  if (excluded.includes(name)) return `[+]${name} excluded: ok`;
  return (await problem()) ? `[-]${name} failed: reason withheld` : `[+]${name} ok`;
}
