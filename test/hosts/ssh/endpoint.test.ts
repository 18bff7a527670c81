import { expect, test } from "vitest";
import { resolveEndpoint, routeTo } from "../../../src/hosts/ssh/endpoint.ts";

const around = { home: "/home/me", env: { SSH_AUTH_SOCK: "/run/agent" }, user: "me" };
const settling = (sshConfig: string) => ({ sshConfig, around });
const host = { kind: "ssh", name: "cp1", address: "cp1" } as const;

test("without any word on it, a host is reached as ssh reaches it", () => {
  expect(resolveEndpoint(host, settling(""))).toMatchObject({
    address: "cp1",
    port: 22,
    keyName: "cp1",
    user: "me",
    agentSocket: "/run/agent",
    knownHosts: ["/home/me/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"],
    hostKeys: "strict",
    keys: ["id_ed25519", "id_ecdsa", "id_rsa"].map((name) => ({ path: `/home/me/.ssh/${name}`, isRequired: false })),
  });
});

test("the cluster file wins over ssh_config", () => {
  const config = "Host cp1\n  HostName 10.0.0.1\n  Port 2222\n  User admin\n  IdentityFile ~/.ssh/other\n";
  const given = { ...host, user: "root", port: 23, keyPath: "~/key", knownHosts: "/k", hostKeys: "strict" } as const;
  expect(resolveEndpoint(given, settling(config))).toMatchObject({
    address: "10.0.0.1",
    port: 23,
    keyName: "[10.0.0.1]:23",
    user: "root",
    keys: [{ path: "/home/me/key", isRequired: true }],
    agentSocket: undefined,
    knownHosts: ["/k"],
  });
});

test("a chain of ProxyJump is followed to its first host", () => {
  const config = "Host cp1\n  ProxyJump b\nHost b\n  ProxyJump a\n";
  expect(routeTo(host, settling(config)).map(({ address }) => address)).toEqual(["a", "b", "cp1"]);
});

test("the file's bastions stand in for ssh_config's", () => {
  const config = "Host cp1\n  ProxyCommand nc %h %p\n";
  const route = routeTo({ ...host, bastion: [{ address: "gate", port: 2200 }] }, settling(config));
  expect(route.map(({ address, port }) => [address, port])).toEqual([
    ["gate", 2200],
    ["cp1", 22],
  ]);
});

test.each([
  ["a circle of jumps", "Host cp1\n  ProxyJump cp2\nHost cp2\n  ProxyJump cp1\n"],
  ["a ProxyCommand", "Host cp1\n  ProxyCommand nc %h %p\n"],
])("%s is refused by name", (_what, config) => {
  expect(() => routeTo(host, settling(config))).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ code: "SSH_CONFIG_UNUSABLE" }) }),
  );
});
