/**
 * Makes `count` calls in batches of 1, 2, 4, ... and stops after the first batch with a failure, so that a quota or an
 * invalid template costs one refused request and not thousands. Gives how many succeeded and the first failure.
 */
export async function slowStart(
  count: number,
  call: (index: number) => Promise<void>,
): Promise<{ succeeded: number; failure?: unknown }> {
  let succeeded = 0;
  for (let size = 1, left = count; left > 0; size *= 2) {
    const batch = Math.min(size, left);
    const start = count - left;
    const results = await Promise.allSettled(Array.from({ length: batch }, (_, index) => call(start + index)));
    const failures = results.filter((result) => result.status === "rejected");
    succeeded += batch - failures.length;
    left -= batch;
    if (failures[0]) return { succeeded, failure: failures[0].reason };
  }
  return { succeeded };
}
