import { connectHost } from "../../hosts/connect.ts";
import { initPhaseOnHost } from "../../init/phase-on-host.ts";
import type { InitPhaseArguments, OfflineChoice } from "../init-phase-arguments.ts";
import { initDocumentsOf } from "../init-source.ts";
import { oneHost } from "../one-host.ts";
import { runSession } from "../session/session.ts";
import { sessionOf } from "../session/session-options.ts";

/** Runs `slipway init phase` on a host by SSH; a file apart from the command, so that the offline way starts at once. */
export async function runPhaseOnHost(argv: InitPhaseArguments, choice: OfflineChoice): Promise<void> {
  const documents = initDocumentsOf(argv);
  await runSession(sessionOf(argv), async ({ around, ...session }) => {
    const host = await connectHost(oneHost(argv), around);
    try {
      const mode = argv["dry-run"] ? "plan" : "apply";
      return await initPhaseOnHost({ ...session, host, documents, ...choice, mode });
    } finally {
      await host.close();
    }
  });
}
