import { writeFileSync } from "node:fs";
import type { CommandModule } from "yargs";
import { requireValid } from "../../config/issue.ts";
import { migrate } from "../../config/kubeadm/load/migrate.ts";
import { clusterSource } from "../cluster-source.ts";
import { hostDefaults, warn } from "../init-source.ts";

type Arguments = { readonly "old-config": string; readonly "new-config"?: string | undefined };

export const configMigrate: CommandModule<object, Arguments> = {
  command: "migrate",
  describe: "Rewrite a kubeadm file of an older version in the current one, with defaults filled in",
  builder: (yargs) =>
    yargs.options({
      "old-config": { type: "string", demandOption: true, describe: "the file to read; - reads standard input" },
      "new-config": { type: "string", describe: "the file to write; standard output unless given" },
    }),
  handler: (argv) => {
    const { file, text } = clusterSource(argv["old-config"]);
    const parsed = migrate(text, hostDefaults());
    const migrated = requireValid(parsed, file);
    if (parsed.kind === "ok") warn(parsed.warnings);
    const target = argv["new-config"];
    if (target === undefined) process.stdout.write(migrated);
    else writeFileSync(target, migrated, { mode: 0o644 });
  },
};
