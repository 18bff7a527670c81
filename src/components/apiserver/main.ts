import { messageOf } from "../../base/errors.ts";
import { klog } from "../../kube/program/log.ts";
import { flagsOf } from "./flags/flags.ts";
import { type ApiServer, startApiServer } from "./server/api-server.ts";

const log = klog("kube-apiserver", (line) => process.stderr.write(line));

try {
  const { flags, ignored } = flagsOf(process.argv.slice(2));
  for (const flag of ignored) log("W", "Flag has no effect", { flag: `--${flag}` });
  let server: ApiServer | undefined;
  // from the first moment on: in its container this is process 1, whose signals do nothing unless it listens to them
  const stop = (signal: string) => {
    log("I", "Shutting down", { signal });
    if (!server) process.exit(0);
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log("E", "Shutting down failed", { error: messageOf(error) });
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  server = await startApiServer(flags, log);
  log("I", "Serving securely", { port: server.port });
} catch (error) {
  log("E", "kube-apiserver can't start", { error: messageOf(error) });
  process.exit(1);
}
