import { connect } from "node:net";
import type { LabPaths } from "./layout.ts";

/** The ssh command that reaches a host of the lab, its key and known_hosts given, host keys checked strictly. */
export function sshArgv({ key, knownHosts }: Pick<LabPaths, "key" | "knownHosts">, address: string): readonly string[] {
  const options = [
    "StrictHostKeyChecking=yes",
    "GlobalKnownHostsFile=/dev/null",
    "IdentitiesOnly=yes",
    "LogLevel=ERROR",
  ];
  return [
    ...["ssh", "-F", "none", "-i", key, "-o", `UserKnownHostsFile=${knownHosts}`],
    ...options.flatMap((option) => ["-o", option]),
    `root@${address}`,
  ];
}

/** One word of a shell command line, whatever it holds: ssh joins its words with spaces for the shell at the other end. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Whether something at port 22 greets as an SSH server, within a second. */
export function answersSsh(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("data", (bytes) => finish(bytes.toString("latin1").startsWith("SSH-2.0-")));
  });
}
