import { randomBytes } from "node:crypto";
import type { CommandModule } from "yargs";
import { newCertificateKey } from "../../certs/shared/certificate-key.ts";

export const certsCertificateKey: CommandModule = {
  command: "certificate-key",
  describe: "Print a new key for --certificate-key: 64 hexadecimal characters",
  handler: () => {
    process.stdout.write(`${newCertificateKey(randomBytes)}\n`);
  },
};
