import { commandLine } from "./command-line.ts";
import { commands } from "./commands.ts";
import { endWith } from "./exit.ts";

for (const stream of [process.stdout, process.stderr]) stream.on("error", unlessUnread);

try {
  await commandLine(process.argv.slice(2), commands).parseAsync();
} catch (thrown) {
  endWith(thrown);
}

/** Who reads along may stop (`slipway apply | head`): a run goes to its end all the same, as its hosts need. */
function unlessUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
