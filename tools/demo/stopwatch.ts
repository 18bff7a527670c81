export type Stopwatch = {
  /** Runs a step and notes how long it took. */
  time<T>(step: string, work: () => Promise<T>): Promise<T>;
  /** One line a step, and the sum. */
  lines(): readonly string[];
};

export function stopwatch(): Stopwatch {
  const steps: { readonly name: string; readonly ms: number }[] = [];
  return {
    time: async (name, work) => {
      const start = performance.now();
      const result = await work();
      steps.push({ name, ms: performance.now() - start });
      return result;
    },
    lines: () => {
      const total = steps.reduce((sum, { ms }) => sum + ms, 0);
      return [...steps, { name: "together", ms: total }].map(
        ({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(6)} s  ${name}`,
      );
    },
  };
}
