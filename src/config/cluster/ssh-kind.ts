import { list, object, optional, required, shorthand, shown } from "./schema/compound.ts";
import type { Read } from "./schema/node.ts";
import { variableName } from "./schema/rules.ts";
import { flag, integer, text, word } from "./schema/scalar.ts";

/** Where a secret comes from; one of the three. The secret itself never stands in the file. */
const secretSource = object({
  env: optional(text({ rule: variableName, example: "SLIPWAY_PASSWORD" }), "The environment variable that holds it."),
  file: optional(text({ example: "~/.slipway-password" }), "A file that holds nothing else."),
  prompt: optional(flag(), "Ask on the terminal."),
});

const endpoint = {
  address: shown(
    required(text({ example: "192.0.2.11", expandsEnv: true }), "A name, an address, or a Host of ~/.ssh/config."),
  ),
  user: optional(
    text({ example: "root", expandsEnv: true }),
    "The login user; from ~/.ssh/config or your own name unless given.",
  ),
  port: optional(integer({ min: 1, max: 65535, example: 22 }), "The port; from ~/.ssh/config or 22 unless given."),
  keyPath: optional(
    text({ example: "~/.ssh/id_ed25519", expandsEnv: true }),
    "A private key; ~/.ssh/config, the agent and the usual files are tried unless given.",
  ),
  passphrase: optional(secretSource, "Where the passphrase of the key comes from."),
  password: optional(secretSource, "Where the login password comes from."),
  knownHosts: optional(
    text({ example: "~/.ssh/known_hosts", expandsEnv: true }),
    "The known_hosts file that host keys are checked against.",
  ),
  hostKeys: optional(
    word("strict", "accept-new"),
    "strict refuses a host whose key is not known; accept-new records it on first use. A changed key is always refused.",
  ),
};

/** Shape of the ssh block that k0sctl's users know. */
export const ssh = object({
  ...endpoint,
  bastion: optional(
    shorthand(list(object(endpoint), { least: 1 }), {
      schema: object(endpoint).jsonSchema,
      expand: (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? [value] : undefined),
    }),
    "A host to pass through, or a list of them, the first one first.",
  ),
});

export const secret = secretSource;
export type Ssh = Read<typeof ssh>;
export type Secret = Read<typeof secretSource>;
