import { readFileSync } from "node:fs";
import { messageOf, SlipwayError } from "../base/errors.ts";
import type { ClusterSource } from "../config/cluster/parse-cluster.ts";

/** The option that names the cluster file, for every command that reads one. */
export const fileOption = {
  config: {
    alias: ["f", "c"],
    type: "string",
    demandOption: true,
    describe: "the cluster file; - reads standard input",
  },
} as const;

/** The cluster file's text; `-` is standard input. */
export function clusterSource(path: string): ClusterSource {
  try {
    const text = readFileSync(path === "-" ? 0 : path, "utf8");
    return { file: path === "-" ? "<stdin>" : path, text, env: process.env };
  } catch (thrown) {
    throw new SlipwayError(
      {
        code: "CONFIG_UNREADABLE",
        exit: "configuration",
        message: `cannot read the cluster file ${path}`,
        got: messageOf(thrown),
      },
      { cause: thrown },
    );
  }
}
