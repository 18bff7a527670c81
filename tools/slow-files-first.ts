/**
 * The order of vitest's files. A fresh checkout has no times of earlier runs, so vitest starts large files first, and would
 * leave small ones that take minutes to the end, where they run alone.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

const slow = ["test/e2e/cluster/interrupted.test.ts", "test/e2e/package/package.test.ts"];

export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    for (const file of sorted.filter(({ moduleId }) => slow.some((name) => moduleId.endsWith(name)))) {
      const first = sorted.findIndex(({ project }) => project.name === file.project.name);
      sorted.splice(sorted.indexOf(file), 1);
      sorted.splice(first, 0, file);
    }
    return sorted;
  }
}
