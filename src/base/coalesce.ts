export type CoalesceOptions = {
  /** Told of each failure; the work is tried again after `retryMs`. */
  readonly onError: (thrown: unknown) => void;
  readonly retryMs: number;
  /** Least time from one start of the work to the next. */
  readonly everyMs?: number;
};

/**
 * Makes work that always looks at the latest state: however often the returned function is called, the work runs one at a
 * time, and once more after the last call. Ends with the signal.
 */
export function coalesce(work: () => Promise<void>, options: CoalesceOptions, signal: AbortSignal): () => void {
  let wanted = false;
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let lastStart = Number.NEGATIVE_INFINITY;

  const schedule = (delayMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void turn(), delayMs);
  };
  const turn = async () => {
    if (signal.aborted || running) return;
    wanted = false;
    running = true;
    lastStart = performance.now();
    let retry = false;
    try {
      await work();
    } catch (thrown) {
      retry = true;
      options.onError(thrown);
    }
    running = false;
    if (signal.aborted) return;
    if (wanted) schedule(pauseMs());
    else if (retry) schedule(options.retryMs);
  };
  const pauseMs = () => Math.max(0, lastStart + (options.everyMs ?? 0) - performance.now());

  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return () => {
    wanted = true;
    if (!running) schedule(pauseMs());
  };
}
