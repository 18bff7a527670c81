import { describe, expect, it } from "vitest";
import { parseYaml } from "../../src/base/yaml.ts";
import { type VagrantOptions, vagrantCluster, vagrantfile } from "../../src/lab/vagrantfile.ts";

const options: VagrantOptions = {
  controlPlanes: 1,
  workers: 2,
  provider: "virtualbox",
  box: "debian/bookworm64",
  cpus: 2,
  memoryMb: 2048,
};

describe("vagrantfile", () => {
  it("defines each host with an address of its own, for both providers", () => {
    const text = vagrantfile(options);
    expect([...text.matchAll(/"(\w+)" => "([\d.]+)"/g)].map(([, name, address]) => [name, address])).toEqual([
      ["cp1", "192.168.56.11"],
      ["worker1", "192.168.56.12"],
      ["worker2", "192.168.56.13"],
    ]);
    for (const provider of ["libvirt", "virtualbox"]) expect(text).toContain(`config.vm.provider :${provider} do |vm|`);
  });

  it("matches its cluster file: same names, same addresses, Vagrant's own keys", () => {
    const { spec } = parseYaml(vagrantCluster(options)) as {
      spec: { hosts: { name: string; ssh: { address: string } }[] };
    };
    for (const { name, ssh } of spec.hosts) expect(vagrantfile(options)).toContain(`"${name}" => "${ssh.address}"`);
    expect(spec.hosts[1]).toEqual({
      name: "worker1",
      role: "worker",
      ssh: {
        address: "192.168.56.12",
        user: "vagrant",
        keyPath: ".vagrant/machines/worker1/virtualbox/private_key",
        knownHosts: "known_hosts",
        hostKeys: "accept-new",
      },
      privateAddress: "192.168.56.12",
    });
  });
});
