import { defineConfig } from "vitest/config";
import { Failures } from "./tools/failures.ts";
import { HungFiles } from "./tools/hung-files.ts";
import { SlowFilesFirst } from "./tools/slow-files-first.ts";

/** Real programs on a busy machine: who passed only at a second try is among the gate's last words (tools/failures.ts). */
const secondTries = 1;

/** How much of a value a failure's first line shows: what a command said is what tells why. */
const chaiConfig = { truncateThreshold: 1_500 };

/**
 * Unit (pure, seconds), component (real parts on this machine), e2e (hosts of the lab); and matrix: every fault at every
 * phase, which takes more than an hour and is not in the gate.
 */
export default defineConfig({
  test: {
    reporters: ["default", new HungFiles(), new Failures()],
    sequence: { sequencer: SlowFilesFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{component,e2e,bench,matrix}/**"],
          // Modules keep no state, so files can share them: a fifth of the time.
          isolate: false,
          // Vitest would take one of two cores.
          maxWorkers: 2,
          // A busy machine makes a test slow, not wrong.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "component",
          globalSetup: "test/needs.ts",
          include: ["test/component/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          retry: secondTries,
          chaiConfig,
          // Two cores' worth; files take ports and names of their own.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "e2e",
          globalSetup: "test/needs.ts",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          retry: secondTries,
          chaiConfig,
          // Each file has a lab of its own and spends most of its time waiting for it.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: "matrix",
          globalSetup: "test/needs.ts",
          include: ["test/matrix/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
          // Walks of a file that go side by side.
          maxConcurrency: 3,
        },
      },
    ],
  },
});
