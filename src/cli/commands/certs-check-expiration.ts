import type { CommandModule } from "yargs";
import { expirationInfo } from "../../kubeconfig/lifetime/expiration.ts";
import { expirationObject, expirationText } from "../../kubeconfig/lifetime/print-expiration.ts";
import { type CertsArguments, certsOptions, certsSource } from "../certs-source.ts";
import { type ObjectOutput, outputOption, printedObject } from "../print-object.ts";

export const certsCheckExpiration: CommandModule<object, CertsArguments & { readonly output: ObjectOutput }> = {
  command: "check-expiration",
  describe: "Tell when the control plane's certificates and kubeconfigs expire",
  builder: (yargs) => yargs.options({ ...certsOptions, ...outputOption }),
  handler: async (argv) => {
    const info = expirationInfo(await certsSource(argv));
    const now = new Date();
    const text = () => expirationText(info, now);
    process.stdout.write(printedObject(argv.output, text, () => expirationObject(info, now)));
  },
};
