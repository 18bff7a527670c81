import type { CommandModule } from "yargs";
import { clusterImages } from "../../config/kubeadm/values/images.ts";
import { initOptions } from "../init-options.ts";
import { type InitSourceArguments, initInputOf } from "../init-source.ts";
import { type ObjectOutput, outputOption, printedObject } from "../print-object.ts";

type Arguments = InitSourceArguments & { readonly output: ObjectOutput };

const { config, "kubernetes-version": kubernetesVersion, "image-repository": imageRepository } = initOptions;

const imagesList: CommandModule<object, Arguments> = {
  command: "list",
  describe: "Print the images that a cluster needs, one a line",
  builder: (yargs) =>
    yargs.options({
      config,
      "kubernetes-version": kubernetesVersion,
      "image-repository": imageRepository,
      "feature-gates": initOptions["feature-gates"],
      ...outputOption,
    }),
  handler: (argv) => {
    // an address plays no part here, and this machine may have none
    const input = initInputOf({ ...argv, apiserverAdvertiseAddress: argv.config ? undefined : "1.2.3.4" });
    const images = clusterImages(input.cluster);
    const kind = { apiVersion: "output.kubeadm.k8s.io/v1alpha3", kind: "Images" };
    const text = () => images.map((image) => `${image}\n`).join("");
    process.stdout.write(printedObject(argv.output, text, () => ({ ...kind, images })));
  },
};

export const configImages: CommandModule = {
  command: "images",
  describe: "The images that a cluster needs",
  builder: (yargs) => yargs.command(imagesList).demandCommand(1, "Say what to do: list."),
  handler: () => {},
};
