import { defineConfig } from "vitest/config";

/** Three projects: unit (pure, seconds), component (real parts on this machine), e2e (hosts of the lab). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{component,e2e,bench}/**"],
          // Modules keep no state, so files can share them: a fifth of the time.
          isolate: false,
          // A busy machine makes a test slow, not wrong.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "component",
          include: ["test/component/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Each file has a lab of its own and spends most of its time waiting for it.
          maxWorkers: 2,
        },
      },
    ],
  },
});
