import type { CommandModule } from "yargs";
import { certsCertificateKey } from "./certs-certificate-key.ts";
import { certsCheckExpiration } from "./certs-check-expiration.ts";
import { certsGenerateCsr } from "./certs-generate-csr.ts";
import { certsRenewCommand } from "./certs-renew.ts";

/** `slipway certs`: the certificates of a control-plane host. */
export const certs: CommandModule = {
  command: "certs",
  describe: "Renew, check and request a control plane's certificates",
  builder: (yargs) =>
    yargs
      .command(certsRenewCommand)
      .command(certsCheckExpiration)
      .command(certsCertificateKey)
      .command(certsGenerateCsr)
      .demandCommand(1, "Say what to do: renew, check-expiration, certificate-key or generate-csr."),
  handler: () => {},
};
