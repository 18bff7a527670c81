import type { Host } from "../../hosts/host.ts";

/** Whether anything stands at a path. */
export async function exists(host: Host, path: string): Promise<boolean> {
  const [result] = await host.batch([{ kind: "read", path, want: "stat" }]);
  return result?.kind === "read" && result.state.kind !== "absent";
}
