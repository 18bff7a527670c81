/** The exit codes of the CLI; `docs/errors.md` explains each. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  changesPending: 2,
  configuration: 10,
  connection: 11,
  preflight: 12,
  hostStep: 13,
  clusterApi: 14,
  etcd: 15,
  usage: 64,
  interrupted: 130,
} as const;
export type ExitKind = keyof typeof exitCodes;

/** What an error must tell: every field that is known where it is thrown. */
export type ErrorDetails = {
  /** Stable, upper snake case, e.g. RUNTIME_NOT_READY; listed in docs/errors.md. */
  readonly code: string;
  readonly exit: ExitKind;
  /** What went wrong, one sentence without a full stop. */
  readonly message: string;
  readonly host?: string | undefined;
  readonly phase?: string | undefined;
  /** What was tried: a command, a path, an endpoint. Never a secret. */
  readonly tried?: string | undefined;
  /** What came back, already redacted. */
  readonly got?: string | undefined;
  /** What the user can do about it. */
  readonly remedy?: string | undefined;
};

/** Every error that Slipway throws on purpose; anything else is a bug of ours. */
export class SlipwayError extends Error {
  override readonly name = "SlipwayError";
  readonly details: ErrorDetails;

  constructor(details: ErrorDetails, options?: ErrorOptions) {
    super(sentence(details), options);
    this.details = details;
  }

  /** The same error with the place filled in where the thrower did not know it. */
  at(place: { host?: string; phase?: string }): SlipwayError {
    return new SlipwayError({ ...place, ...definedOnly(this.details) }, { cause: this.cause ?? this });
  }
}

/** One paragraph for a terminal: place, message, then what was tried, what came back, what to do. */
export function sentence({ host, phase, message, tried, got, remedy }: ErrorDetails): string {
  const place = [host, phase].filter(Boolean).join(": ");
  return [
    place ? `${place}: ${message}` : message,
    tried && `  tried: ${tried}`,
    got && `  got: ${got.trimEnd()}`,
    remedy && `  to do: ${remedy}`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function definedOnly(details: ErrorDetails): ErrorDetails {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)) as ErrorDetails;
}
