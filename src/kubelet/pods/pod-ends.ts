/** Why a worker's signal aborts when not its pod ends but the kubelet: what is under way may then finish, as far as there is time. */
export const kubeletEnds = new Error("the kubelet ends");

/** Aborts with a worker's signal, but for the kubelet's own end. */
export function podEnds(signal: AbortSignal): AbortSignal {
  const ended = new AbortController();
  const abort = () => signal.reason === kubeletEnds || ended.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return ended.signal;
}
