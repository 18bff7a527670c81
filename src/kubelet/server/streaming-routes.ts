import type { CriClient } from "../../kube/cri/client.ts";
import type { PodLookup } from "./pod-lookup.ts";
import type { Request, Route } from "./route.ts";
import { HttpError } from "./route.ts";
import { proxyUpgrade } from "./streaming-proxy.ts";

/** exec, attach and port-forward: the runtime gives an address for each, and the connection is passed on to it. */
export function streamingRoutes(cri: CriClient, lookup: PodLookup): readonly Route[] {
  const proxied = (locate: (request: Request) => Promise<string>): Pick<Route, "upgrade"> => ({
    upgrade: async (request, socket, head) => proxyUpgrade(request.incoming, { socket, head }, await locate(request)),
  });
  return [
    {
      name: "exec",
      ...proxied(async ({ path, query }) => {
        const { id } = await lookup.running(path);
        return (await cri.exec({ containerId: id, cmd: query.getAll("command"), ...streamsOf(query) })).url;
      }),
    },
    {
      name: "attach",
      ...proxied(async ({ path, query }) => {
        const { id } = await lookup.running(path);
        return (await cri.attach({ containerId: id, ...streamsOf(query) })).url;
      }),
    },
    {
      name: "portForward",
      ...proxied(async ({ path: [namespace = "", name = ""], query }) => {
        const { runtime } = await lookup.pod(namespace, name);
        const sandbox = runtime.sandboxes.find(({ ready }) => ready);
        if (!sandbox) throw new HttpError(404, `pod "${name}_${namespace}" has no running sandbox`);
        const port = query
          .getAll("port")
          .flatMap((one) => one.split(","))
          .map(Number)
          .filter(Boolean);
        return (await cri.portForward({ podSandboxId: sandbox.id, port })).url;
      }),
    },
  ];
}

/** `input`, `output`, `error`, `tty` are the kubelet's names; the API server's pass through as well. */
function streamsOf(query: URLSearchParams) {
  const isOn = (...names: string[]) => names.some((name) => /^(1|true)$/.test(query.get(name) ?? ""));
  const tty = isOn("tty");
  const stdin = isOn("input", "stdin");
  const stdout = isOn("output", "stdout");
  const stderr = isOn("error", "stderr");
  if (!stdin && !stdout && !stderr) throw new HttpError(400, "you must specify at least 1 of stdin, stdout, stderr");
  // A terminal has one output.
  return { tty, stdin, stdout, stderr: stderr && !tty };
}
