import { describe, expect, it } from "vitest";
import { shellWord, sshArgv } from "../../src/lab/ssh.ts";

describe("sshArgv", () => {
  it("checks host keys strictly against the lab's own file, whatever the user's settings say", () => {
    const argv = sshArgv({ key: "/labs/a/id_ed25519", knownHosts: "/labs/a/known_hosts" }, "172.29.1.11");
    expect(argv.join(" ")).toContain("-F none -i /labs/a/id_ed25519 -o UserKnownHostsFile=/labs/a/known_hosts");
    expect(argv).toContain("StrictHostKeyChecking=yes");
    expect(argv.at(-1)).toBe("root@172.29.1.11");
  });
});

describe("shellWord", () => {
  it("quotes what a shell would touch and leaves the rest readable", () => {
    expect(["ls", "-l", "/etc/hosts", "a=b"].map(shellWord)).toEqual(["ls", "-l", "/etc/hosts", "a=b"]);
    expect(shellWord("a b")).toBe("'a b'");
    expect(shellWord("it's $HOME")).toBe(`'it'\\''s $HOME'`);
    expect(shellWord("")).toBe("''");
  });
});
