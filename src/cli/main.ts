import { commandLine } from "./command-line.ts";
import { commands } from "./commands.ts";
import { endWith } from "./exit.ts";

try {
  await commandLine(process.argv.slice(2), commands).parseAsync();
} catch (thrown) {
  endWith(thrown);
}
