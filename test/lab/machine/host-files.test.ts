import { describe, expect, it } from "vitest";
import { hostFiles, reachableResolvers } from "../../../src/lab/machine/host-files.ts";

const files = hostFiles({
  name: "cp1",
  settings: { address: "172.29.1.11", prefixLength: 24, gateway: "172.29.1.1", mtu: 1400 },
  resolvConf: "nameserver 192.0.2.53\n",
  hostKey: { privateKey: "PRIVATE\n", publicKey: "ssh-ed25519 PUBLIC cp1\n" },
  loginKey: "ssh-ed25519 LOGIN lab\n",
});
const contentOf = (path: string) => {
  const found = files.find((file) => file.path === path);
  return found?.kind === "file" ? found.content : undefined;
};

describe("hostFiles", () => {
  it("keeps private files private", () => {
    const modes = Object.fromEntries(files.map((file) => [file.path, file.kind === "file" ? file.mode : undefined]));
    expect(modes["/etc/ssh/ssh_host_ed25519_key"]).toBe(0o600);
    expect(modes["/root/.ssh/authorized_keys"]).toBe(0o600);
  });

  it("lets the host resolve its own name to its own address", () => {
    expect(contentOf("/etc/hosts")).toContain("172.29.1.11 cp1\n");
    expect(contentOf("/etc/hostname")).toBe("cp1\n");
  });

  it("sets the network up at boot, forwarding off as on a fresh machine", () => {
    const script = contentOf("/usr/local/lib/slipway-lab/boot");
    expect(script).toContain("ip address replace 172.29.1.11/24 dev host0");
    expect(script).toContain("ip route replace default via 172.29.1.1 dev host0");
    expect(script).toContain("ip link set host0 mtu 1400 up");
    expect(script).toContain("echo 0 > /proc/sys/net/ipv4/ip_forward");
    expect(script).toContain("shadow vm/overcommit_memory 1");
  });
});

describe("reachableResolvers", () => {
  it("leaves out name servers on loopback, which a host can't reach", () => {
    const text = "# made by hand\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nnameserver ::1\nsearch example.org\n";
    expect(reachableResolvers(text)).toBe("# made by hand\nnameserver 192.0.2.1\nsearch example.org\n");
  });
});
