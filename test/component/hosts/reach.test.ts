import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectHost, hostConnector } from "../../../src/hosts/connect.ts";
import { freePort } from "../free-ports.ts";
import { addressOf, aroundOf } from "./around.ts";
import { type Sshd, startSshd } from "./sshd.ts";

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

describe("a host that can't be reached", () => {
  test("with nothing on its port", async () => {
    const connected = connectHost(addressOf(sshd, { port: await freePort() }), aroundOf(sshd));
    await expect(connected).rejects.toMatchObject({
      details: { code: "SSH_REFUSED", exit: "connection", host: "cp1" },
    });
  });

  test("whose name has no address", async () => {
    const connected = connectHost(addressOf(sshd, { address: "no-such-host.invalid" }), aroundOf(sshd));
    await expect(connected).rejects.toMatchObject({ details: { code: "HOST_NAME_UNKNOWN", exit: "connection" } });
  });

  test("that never answers", async () => {
    await using server = await silentServer();
    const address = addressOf(sshd, { port: server.port });
    const begun = performance.now();
    const connected = connectHost(address, aroundOf(sshd, { connectWithinMs: 300 }));
    await expect(connected).rejects.toMatchObject({ details: { code: "HOST_UNREACHABLE", exit: "connection" } });
    // without being told it would be given up after 20 s
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test("or is given up by the operator meanwhile", async () => {
    await using server = await silentServer();
    const signal = AbortSignal.timeout(100);
    const connected = connectHost(addressOf(sshd, { port: server.port }), aroundOf(sshd, { signal }));
    await expect(connected).rejects.toMatchObject({ details: { code: "ABORTED", exit: "interrupted" } });
  });
});

describe("bastions", () => {
  let first: Sshd;
  let second: Sshd;
  beforeAll(async () => {
    [first, second] = await Promise.all([startSshd(), startSshd()]);
  });
  afterAll(() => Promise.all([first.stop(), second.stop()]));

  test("two in a row lead to the host, and each one's key is checked", async () => {
    const address = { ...addressOf(sshd), bastion: [addressOf(first), addressOf(second)] };
    const host = await connectHost(address, aroundOf(sshd));
    const client = (await host.run(["sh", "-c", "echo $SSH_CONNECTION"], { asLoginUser: true })).stdout;
    expect(client.split(" ")[3]).toBe(`${sshd.port}\n`);
    await host.close();
    const stranger = { ...address, bastion: [addressOf(first, { knownHosts: second.knownHosts })] };
    await expect(connectHost(stranger, aroundOf(sshd))).rejects.toMatchObject({
      details: { code: "HOST_KEY_UNKNOWN" },
    });
  });

  test("ProxyJump of ~/.ssh/config is followed", async () => {
    const folder = join(sshd.folder, ".ssh");
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, "config"),
      [
        "Host inner",
        "  HostName 127.0.0.1",
        `  Port ${sshd.port}`,
        "  ProxyJump gate",
        `  IdentityFile ${sshd.keyPath}`,
        `  UserKnownHostsFile ${sshd.knownHosts}`,
        "Host gate",
        "  HostName 127.0.0.1",
        `  Port ${first.port}`,
        `  IdentityFile ${first.keyPath}`,
        `  UserKnownHostsFile ${first.knownHosts}`,
        "",
      ].join("\n"),
    );
    const host = await connectHost({ kind: "ssh", name: "cp1", address: "inner" }, aroundOf(sshd));
    expect((await host.run(["id", "-un"])).stdout).toBe("root\n");
    await host.close();
  });

  test("many hosts share one connection to their bastion, and it ends with the last of them", async () => {
    // those of the tests before this one may still be ending
    await expect.poll(() => sessionsOf(first), { timeout: 60_000 }).toBe(0);
    const connect = hostConnector(aroundOf(sshd));
    const address = { ...addressOf(sshd), bastion: [addressOf(first)] };
    const hosts = await Promise.all(["a", "b", "c"].map((name) => connect({ ...address, name })));
    expect(await sessionsOf(first)).toBe(1);
    await Promise.all(hosts.map((host) => host.close()));
    await expect.poll(() => sessionsOf(first), { timeout: 60_000 }).toBe(0);
  });

  test("a host that its bastion can't reach, or that does not answer there, is told as such", async () => {
    await using silent = await silentServer();
    const gone = { ...addressOf(sshd, { port: await freePort() }), bastion: [addressOf(first)] };
    const unreachable = { code: "HOST_UNREACHABLE", exit: "connection", host: "cp1" };
    await expect(connectHost(gone, aroundOf(sshd))).rejects.toMatchObject({
      details: { ...unreachable, got: expect.stringContaining("Connection refused") },
    });
    const mute = { ...gone, port: silent.port };
    await expect(connectHost(mute, aroundOf(sshd, { connectWithinMs: 1000 }))).rejects.toMatchObject({
      details: unreachable,
    });
  });

  test("a bastion that refuses to forward is named by what it was asked for", async () => {
    await using strict = await startSshd({ config: ["AllowTcpForwarding no"] });
    const address = { ...addressOf(sshd), bastion: [addressOf(strict)] };
    await expect(connectHost(address, aroundOf(sshd))).rejects.toMatchObject({
      details: { code: "TUNNEL_REFUSED", host: "cp1", tried: `127.0.0.1 port ${sshd.port}` },
    });
  });
});

/** The server's children: one for each connection that stands. */
async function sessionsOf({ pid }: Sshd): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter(Boolean).length;
}

async function silentServer(): Promise<{ port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const dispose = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: address !== null && typeof address === "object" ? address.port : 0, [Symbol.asyncDispose]: dispose };
}
