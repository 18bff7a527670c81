import { expect, test } from "vitest";
import { expandPath, parseProxyJump, sshConfigEntry } from "../../../src/hosts/ssh/ssh-config.ts";

const config = `
Host cp1 cp1.example.org
  HostName 10.0.0.1
  Port 2222
  User admin
  IdentityFile ~/.ssh/lab
  IdentityFile "/keys/with space"
Host *.inner !gate.inner
  ProxyJump me@gate:2200,second
  UserKnownHostsFile ~/.ssh/inner ~/.ssh/more
Match exec "touch /tmp/never"
  User wrong
Host *
  User fallback
  StrictHostKeyChecking accept-new
`;

test("a host's settings come from the sections that match, the first one winning", () => {
  expect(sshConfigEntry(config, "cp1")).toMatchObject({
    hostName: "10.0.0.1",
    port: 2222,
    user: "admin",
    identityFiles: ["~/.ssh/lab", "/keys/with space"],
    proxyJump: [],
    strictHostKeyChecking: "accept-new",
  });
});

test("jumps and known_hosts files come in order, and a denied pattern does not match", () => {
  expect(sshConfigEntry(config, "a.inner")).toMatchObject({
    user: "fallback",
    proxyJump: [{ user: "me", address: "gate", port: 2200 }, { address: "second" }],
    userKnownHostsFiles: ["~/.ssh/inner", "~/.ssh/more"],
  });
  expect(sshConfigEntry(config, "gate.inner").proxyJump).toEqual([]);
});

test("keywords are read in any case, and an empty file says nothing", () => {
  expect(sshConfigEntry("HOST x\n  hostname 1.2.3.4\n  PORT 23\n", "x")).toMatchObject({
    hostName: "1.2.3.4",
    port: 23,
  });
  expect(sshConfigEntry("", "x")).toMatchObject({
    hostName: undefined,
    port: undefined,
    identityFiles: [],
    proxyJump: [],
  });
});

test.each([
  ["gate", [{ address: "gate" }]],
  ["ssh://me@gate:22", [{ address: "gate", user: "me", port: 22 }]],
  ["me@[fd00::1]:2222", [{ address: "fd00::1", user: "me", port: 2222 }]],
  ["none", []],
  [undefined, []],
])("ProxyJump %s is understood", (value, jumps) => {
  expect(parseProxyJump(value)).toEqual(jumps);
});

test("tokens and the home folder are put into paths", () => {
  const values = { home: "/home/me", hostName: "cp1", port: 22, user: "admin", localUser: "me" };
  expect(expandPath("~/.ssh/%r@%h:%p-%u-100%%", values)).toBe("/home/me/.ssh/admin@cp1:22-me-100%");
});
