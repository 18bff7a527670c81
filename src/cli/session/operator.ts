import { homedir, userInfo } from "node:os";
import type { Surroundings } from "../../hosts/surroundings.ts";
import { askSecret } from "./prompt.ts";

/** What hosts are reached with from here: this user, home and environment, and questions where there is a terminal. */
export function operator(signal?: AbortSignal): Surroundings {
  const basics = { home: homedir(), env: process.env, user: userInfo().username, signal };
  return process.stdin.isTTY ? { ...basics, prompt: askSecret } : basics;
}
