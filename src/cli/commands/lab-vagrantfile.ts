import type { CommandModule } from "yargs";
import { type Provider, type VagrantOptions, vagrantCluster, vagrantfile } from "../../lab/vagrantfile.ts";

type Arguments = {
  readonly "control-planes": number;
  readonly workers: number;
  readonly provider: Provider;
  readonly box: string;
  readonly cpus: number;
  readonly memory: number;
  readonly print: keyof typeof printers;
};

const printers = {
  vagrantfile: (options: VagrantOptions) => vagrantfile(options),
  cluster: (options: VagrantOptions) => vagrantCluster(options),
} as const;

export const labVagrantfileCommand: CommandModule<object, Arguments> = {
  command: "vagrantfile",
  describe: "Print a Vagrantfile, or with --print cluster the cluster file that matches it",
  builder: (yargs) =>
    yargs.options({
      print: { choices: ["vagrantfile", "cluster"] as const, default: "vagrantfile" as const, describe: "which file" },
      "control-planes": { type: "number", default: 1, describe: "hosts named cp1, cp2, …" },
      workers: { type: "number", default: 2, describe: "hosts named worker1, worker2, …" },
      provider: { choices: ["libvirt", "virtualbox"] as const, default: "libvirt" as const, describe: "for key paths" },
      box: { type: "string", default: "debian/bookworm64", describe: "Vagrant box" },
      cpus: { type: "number", default: 2, describe: "CPUs of each machine" },
      memory: { type: "number", default: 2048, describe: "memory of each machine in MiB" },
    }),
  handler: ({ print, "control-planes": controlPlanes, workers, provider, box, cpus, memory }) => {
    process.stdout.write(printers[print]({ controlPlanes, workers, provider, box, cpus, memoryMb: memory }));
  },
};
