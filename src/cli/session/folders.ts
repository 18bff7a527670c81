import { join } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** Where logs are kept: $XDG_STATE_HOME/slipway/logs, or below ~/.local/state (XDG Base Directory Specification). */
export function logFolder(env: Env, home: string): string {
  return join(env.XDG_STATE_HOME || join(home, ".local", "state"), "slipway", "logs");
}

/** Where what can be built again is kept: $XDG_CACHE_HOME/slipway, or ~/.cache/slipway. */
export function cacheFolder(env: Env, home: string): string {
  return join(env.XDG_CACHE_HOME || join(home, ".cache"), "slipway");
}
