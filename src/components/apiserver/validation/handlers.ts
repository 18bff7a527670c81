import type { Fields } from "../defaulting/missing.ts";
import { type FieldError, invalid } from "./field-error.ts";
import { portNumber, portNumberOrName } from "./ports.ts";
import { absent, all, among, atLeast, fields, form, items, needed, oneOf, type Rule } from "./rules.ts";

const headerName = (name: string) =>
  /^[-A-Za-z0-9]+$/.test(name)
    ? []
    : [
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      ];
const one = { none: "must specify a handler type", more: "may not specify more than 1 handler type" };
const actions: Readonly<Record<string, Rule>> = {
  exec: fields({ command: needed() }),
  httpGet: fields({
    path: needed(),
    port: portNumberOrName,
    scheme: among("HTTP", "HTTPS"),
    // The complaint is about the list, as upstream has it.
    httpHeaders: (headers, path) =>
      ((headers ?? []) as { name?: string }[]).flatMap(({ name = "" }) => form(headerName)(name || " ", path)),
  }),
  tcpSocket: fields({ port: portNumberOrName }),
  grpc: fields({ port: (value, path) => portNumber(path, value) }),
};

/** How a probe asks, and how often. */
const probe = all(
  oneOf(actions, one),
  fields({
    initialDelaySeconds: atLeast(0),
    timeoutSeconds: atLeast(0),
    periodSeconds: atLeast(0),
    successThreshold: atLeast(0),
    failureThreshold: atLeast(0),
    terminationGracePeriodSeconds: atLeast(1, "must be greater than 0"),
  }),
);
const once: Rule = (value, path) => (value === undefined || value === 1 ? [] : [invalid(path, value, "must be 1")]);
const unset: Rule = (value, path) =>
  value === undefined ? [] : [invalid(path, value, "must not be set for readinessProbes")];
const probes: Readonly<Record<string, Rule>> = {
  livenessProbe: all(probe, fields({ successThreshold: once })),
  readinessProbe: all(probe, fields({ terminationGracePeriodSeconds: unset })),
  startupProbe: all(probe, fields({ successThreshold: once })),
};
const ifSet =
  (rule: Rule): Rule =>
  (value, path) =>
    value === undefined || value === null ? [] : rule(value, path);

function sleep(graceSeconds: number): Rule {
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  return (value, path) => {
    const seconds = Number((value as Fields).seconds ?? 0);
    return seconds < 0 || seconds > graceSeconds ? [invalid(path, seconds, detail)] : [];
  };
}

function lifecycle(graceSeconds: number): Rule {
  const handler = ifSet(oneOf({ ...actions, sleep: sleep(graceSeconds) }, one));
  return ifSet(fields({ postStart: handler, preStop: handler }));
}

/** Probes and lifecycle hooks of containers that run beside each other. */
export function handlerErrors(container: Fields, path: string, graceSeconds: number): readonly FieldError[] {
  const optional = Object.fromEntries(Object.entries(probes).map(([name, rule]) => [name, ifSet(rule)]));
  return fields({ ...optional, lifecycle: lifecycle(graceSeconds) })(container, path);
}

const forbidden = absent("may not be set for init containers without restartPolicy=Always");

/** Init containers that run one after the other have none. */
export const noHandlers: Rule = fields(
  Object.fromEntries([...Object.keys(probes), "lifecycle"].map((name) => [name, forbidden])),
);

/** What containers that were added to a running pod may not have. */
export const noHandlersInEphemeral: Rule = items(
  fields(
    Object.fromEntries(
      [...Object.keys(probes), "lifecycle"].map((name) => [name, absent("cannot be set for an Ephemeral Container")]),
    ),
  ),
);
