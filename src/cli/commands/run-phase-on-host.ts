import { connectHost } from "../../hosts/connect.ts";
import { initPhaseOnHost } from "../../init/phase-on-host.ts";
import { initDocumentsOf } from "../init-source.ts";
import { oneHost } from "../one-host.ts";
import { runSession } from "../session/session.ts";
import { sessionOf } from "../session/session-options.ts";
import type { InitPhaseArguments } from "./init-phase.ts";

/** Runs `slipway init phase` on a host by SSH; a file apart from the command, so that the offline way starts at once. */
export async function runPhaseOnHost(argv: InitPhaseArguments): Promise<void> {
  const documents = initDocumentsOf(argv);
  await runSession(sessionOf(argv), async ({ around, ...session }) => {
    const host = await connectHost(oneHost(argv), around);
    try {
      const mode = argv["dry-run"] ? "plan" : "apply";
      return await initPhaseOnHost({ ...session, host, documents, area: argv.area, part: argv.part, mode });
    } finally {
      await host.close();
    }
  });
}
