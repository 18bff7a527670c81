/** Runs work in order of arrival, at most `limit` at once; 0 is no limit. */
export function pullSlots(limit: number): { run<T>(work: () => Promise<T>): Promise<T> } {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      if (limit > 0 && busy >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
      else busy++;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else busy--;
      }
    },
  };
}
