import { yaml } from "../base/yaml.ts";
import { type HostCounts, planHosts } from "./plan-hosts.ts";
import { sharedEndpoint } from "./shared-endpoint.ts";

export type Provider = "libvirt" | "virtualbox";

export type VagrantOptions = HostCounts & {
  /** Decides where Vagrant keeps each machine's key; the Vagrantfile itself works with both. */
  readonly provider: Provider;
  /** Vagrant box, such as debian/bookworm64. */
  readonly box: string;
  readonly cpus: number;
  readonly memoryMb: number;
};

/** VirtualBox lets host-only networks be in 192.168.56.0/21 and nowhere else, unless told otherwise. */
const firstAddress = 11;
const addressOf = (ordinal: number): string => `192.168.56.${firstAddress - 1 + ordinal}`;

/** A Vagrantfile for libvirt and VirtualBox that makes the hosts of the cluster file below. */
export function vagrantfile(options: VagrantOptions): string {
  const { box, cpus, memoryMb } = options;
  const hosts = hostsOf(options).map(({ name, ordinal }) => `  ${JSON.stringify(name)} => "${addressOf(ordinal)}",`);
  return `# Hosts for Slipway: \`vagrant up\`, then \`slipway apply -f cluster.yaml\` in the same folder.
HOSTS = {
${hosts.join("\n")}
}

Vagrant.configure("2") do |config|
  config.vm.box = ${JSON.stringify(box)}
  config.vm.synced_folder ".", "/vagrant", disabled: true
  config.vm.provider :libvirt do |vm|
    vm.cpus = ${cpus}
    vm.memory = ${memoryMb}
  end
  config.vm.provider :virtualbox do |vm|
    vm.cpus = ${cpus}
    vm.memory = ${memoryMb}
  end
  HOSTS.each do |name, address|
    config.vm.define name do |host|
      host.vm.hostname = name
      host.vm.network :private_network, ip: address
    end
  end
end
`;
}

/** The `Cluster` document for those machines; paths are relative to the folder of the Vagrantfile. */
export function vagrantCluster(options: VagrantOptions): string {
  const hosts = hostsOf(options).map((host) => ({ ...host, address: addressOf(host.ordinal) }));
  return yaml({
    apiVersion: "slipway.dev/v1",
    kind: "Cluster",
    metadata: { name: "vagrant" },
    spec: {
      ...sharedEndpoint(hosts),
      hosts: hosts.map(({ name, role, address }) => ({
        name,
        role,
        ssh: {
          address,
          user: "vagrant",
          keyPath: `.vagrant/machines/${name}/${options.provider}/private_key`,
          knownHosts: "known_hosts",
          hostKeys: "accept-new",
        },
        // Vagrant's first interface is its own NAT, the same address on every machine.
        privateAddress: address,
      })),
    },
  });
}

function hostsOf(counts: HostCounts) {
  return planHosts([], counts, () => "");
}
