import { randomBytes } from "node:crypto";
import type { CommandModule } from "yargs";
import { newToken } from "../../tokens/bootstrap-token.ts";
import { deleteToken, listTokens } from "../../tokens/manage-tokens.ts";
import { tokenObject, tokenTable } from "../../tokens/print-tokens.ts";
import { kubeconfigOption, withClient } from "../cluster-client.ts";
import { type ObjectOutput, outputOption, printedObject } from "../print-object.ts";
import { tokenCreate } from "./token-create.ts";

const tokenGenerate: CommandModule = {
  command: "generate",
  describe: "Print a new bootstrap token, without telling any cluster",
  handler: () => {
    process.stdout.write(`${newToken(randomBytes)}\n`);
  },
};

const tokenList: CommandModule<object, { readonly kubeconfig?: string | undefined; readonly output: ObjectOutput }> = {
  command: "list",
  describe: "Print the bootstrap tokens that the cluster knows",
  builder: (yargs) => yargs.options({ ...kubeconfigOption, ...outputOption }),
  handler: async ({ kubeconfig, output }) => {
    const { tokens, malformed } = await withClient(kubeconfig, listTokens);
    for (const name of malformed) process.stderr.write(`warning: the Secret ${name} is no well-formed token\n`);
    if (output === "text") process.stdout.write(tokenTable(tokens, new Date()));
    else for (const token of tokens) process.stdout.write(printedObject(output, String, () => tokenObject(token)));
  },
};

const tokenDelete: CommandModule<
  object,
  { readonly kubeconfig?: string | undefined; readonly tokens: readonly string[] }
> = {
  command: "delete <tokens..>",
  describe: "Make the cluster forget bootstrap tokens, by id or as a whole",
  builder: (yargs) =>
    yargs
      .positional("tokens", { type: "string", array: true, demandOption: true, describe: "ids or tokens" })
      .options(kubeconfigOption),
  handler: async ({ kubeconfig, tokens }) => {
    await withClient(kubeconfig, async (client) => {
      for (const token of tokens)
        process.stdout.write(`bootstrap token "${await deleteToken(client, token)}" deleted\n`);
    });
  },
};

/** `slipway token`: what a host needs to join. */
export const token: CommandModule = {
  command: "token",
  describe: "Make, list and delete bootstrap tokens",
  builder: (yargs) =>
    yargs
      .command(tokenCreate)
      .command(tokenList)
      .command(tokenDelete)
      .command(tokenGenerate)
      .demandCommand(1, "Say what to do: create, list, delete or generate."),
  handler: () => {},
};
