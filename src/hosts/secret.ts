import { readFile } from "node:fs/promises";
import { SlipwayError } from "../base/errors.ts";
import type { SecretSource } from "./address.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Fetches a secret from its source; one line end at its end is not part of it.
 * @throws SECRET_MISSING when the variable is not set, the file can't be read, or there is nobody to ask.
 */
export async function readSecret(source: SecretSource, what: string, around: Surroundings): Promise<string> {
  switch (source.kind) {
    case "env":
      return around.env[source.name] ?? missing(what, `environment variable ${source.name}`, "it is not set");
    case "file": {
      const text = await readFile(source.path, "utf8").catch((thrown: NodeJS.ErrnoException) =>
        missing(what, source.path, thrown.code ?? thrown.message),
      );
      return text.replace(/\r?\n$/, "");
    }
    case "prompt":
      return around.prompt?.(`${what}: `) ?? missing(what, "a prompt", "there is no terminal to ask on");
    default:
      return source satisfies never;
  }
}

function missing(what: string, tried: string, got: string): never {
  throw new SlipwayError({
    code: "SECRET_MISSING",
    exit: "connection",
    message: `no ${what}`,
    tried,
    got,
    remedy: "give it by an environment variable, a file, or run on a terminal",
  });
}
