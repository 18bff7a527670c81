import { SlipwayError } from "../../../base/errors.ts";
import type { Op, OpResult } from "../../../hosts/op.ts";

/** Who holds a host: one run of one operator. */
export type LockOwner = {
  readonly run: string;
  readonly user: string;
  readonly machine: string;
  readonly pid: number;
  /** RFC 3339, by the operator's clock. */
  readonly since: string;
};

/** A lock that its owner has not renewed for this long is dead; a run renews it every 15 s. */
export const lockExpiresMs = 60_000;
export const lockRenewMs = 15_000;

/**
 * Takes the lock by a hard link, which fails when there is one; `replaces` is the run whose lock may be taken over.
 * Prints the seconds since the last renewal, then the holder, when somebody else has it. One that is freed meanwhile, or
 * that names nobody, is tried again.
 */
const acquireScript = `lock=$1 run=$2 replaces=$3
dir=$(dirname "$lock")
mkdir -p "$dir" && mine=$(mktemp "$dir/lock.XXXXXX") && cat > "$mine" || exit 1
[ -n "$replaces" ] && grep -q "\\"$replaces\\"" "$lock" 2>/dev/null && rm -f "$lock"
for turn in 1 2 3 4 5; do
  if ln "$mine" "$lock" 2>/dev/null || grep -q "\\"$run\\"" "$lock" 2>/dev/null; then rm -f "$mine"; exit 0; fi
  since=$(stat -c %Y "$lock" 2>/dev/null) && holder=$(cat "$lock" 2>/dev/null) || continue
  [ -n "$holder" ] || { rm -f "$lock"; continue; }
  rm -f "$mine"
  echo $(( $(date +%s) - since ))
  echo "$holder"
  exit 0
done
rm -f "$mine"
exit 1`;

/** Takes the lock, or tells who has it; run it in the first batch of a run that writes. */
export function acquireLock(path: string, owner: LockOwner, replaces = ""): Op {
  const argv = ["sh", "-c", acquireScript, "sh", path, owner.run, replaces];
  return { kind: "run", argv, stdin: `${JSON.stringify(owner)}\n` };
}

export type LockAnswer =
  | { readonly kind: "held" }
  | { readonly kind: "taken"; readonly by: LockOwner; readonly idleMs: number };

export function lockAnswer(result: OpResult | undefined): LockAnswer {
  if (result?.kind !== "ran") return failedLock(result);
  if (result.stdout.trim() === "") return { kind: "held" };
  const [idle = "0", holder = "{}"] = result.stdout.split("\n");
  return { kind: "taken", by: JSON.parse(holder) as LockOwner, idleMs: Number(idle) * 1000 };
}

function failedLock(result: OpResult | undefined): never {
  throw new SlipwayError({
    code: "HOST_LOCK_FAILED",
    exit: "hostStep",
    message: "cannot take the lock of this host",
    tried: "write the lock file",
    got: result?.kind === "failed" ? result.got : undefined,
    remedy: "see that its folder is writable and not full on that host",
  });
}

/** Shows that the owner lives; fails when the lock has another owner by now. One that is freed at the same time stays so. */
export function renewLock(path: string, run: string): Op {
  return { kind: "run", argv: ["sh", "-c", 'grep -q "\\"$2\\"" "$1" && touch -c "$1"', "sh", path, run] };
}

export function releaseLock(path: string, run: string): Op {
  const script = 'if grep -q "\\"$2\\"" "$1" 2>/dev/null; then rm -f "$1"; fi';
  return { kind: "run", argv: ["sh", "-c", script, "sh", path, run] };
}

export function lockTaken(by: LockOwner, idleMs: number): SlipwayError {
  return new SlipwayError({
    code: "HOST_LOCKED",
    exit: "hostStep",
    message: `another run is at work here: ${by.user}@${by.machine} (pid ${by.pid}) since ${by.since}`,
    got: `run ${by.run}, last sign of life ${Math.round(idleMs / 1000)} s ago`,
    remedy: "wait for it to end, or pass --break-lock when you know that it is dead",
  });
}

export function lockLost(): SlipwayError {
  return new SlipwayError({
    code: "HOST_LOCK_LOST",
    exit: "hostStep",
    message: "another run took this host over; nothing more was written here",
    remedy: "see who is at work there, then run the same command again",
  });
}
