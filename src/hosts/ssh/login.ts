import { readFile } from "node:fs/promises";
import ssh2, { type AnyAuthMethod, type ParsedKey } from "ssh2";
import { SlipwayError } from "../../base/errors.ts";
import type { SecretSource } from "../address.ts";
import { readSecret } from "../secret.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Endpoint } from "./endpoint.ts";

/** One way to log in, made ready only when its turn comes: a passphrase is not asked for in vain. */
export type Login = {
  /** The method's name on the wire; RFC 4252. */
  readonly method: "publickey" | "password" | "keyboard-interactive";
  /** For errors: "key /root/.ssh/id_ed25519". */
  readonly title: string;
  /** Undefined where it turns out not to exist. */
  prepare(): Promise<AnyAuthMethod | undefined>;
};

/** All ways to log in to an endpoint, in ssh's order: keys, agent, then passwords. */
export function loginsFor(endpoint: Endpoint, around: Surroundings): readonly Login[] {
  const { user: username, agentSocket, password } = endpoint;
  const keys = endpoint.keys.map((key) => keyLogin(endpoint, key, around));
  const agent: Login[] =
    agentSocket === undefined
      ? []
      : [
          {
            method: "publickey",
            title: "agent",
            prepare: async () => ({ type: "agent", username, agent: agentSocket }),
          },
        ];
  return [...keys, ...agent, ...(password ? passwordLogins(endpoint, password, around) : [])];
}

function keyLogin(endpoint: Endpoint, key: Endpoint["keys"][number], around: Surroundings): Login {
  return {
    method: "publickey",
    title: `key ${key.path}`,
    async prepare() {
      const parsed = await loadKey(key, endpoint, around);
      return parsed && { type: "publickey", username: endpoint.user, key: parsed };
    },
  };
}

async function loadKey(
  { path, isRequired }: Endpoint["keys"][number],
  { passphrase }: Endpoint,
  around: Surroundings,
): Promise<ParsedKey | undefined> {
  const text = await readFile(path).catch((thrown: NodeJS.ErrnoException) => {
    if (isRequired) throw keyUnusable(path, thrown.code ?? thrown.message, "check keyPath and the file's mode");
    return undefined;
  });
  if (text === undefined) return undefined;
  const plain = ssh2.utils.parseKey(text);
  if (!(plain instanceof Error)) return plain;
  if (!/encrypted/i.test(plain.message))
    throw keyUnusable(path, plain.message, "make a key with ssh-keygen -t ed25519");
  const source: SecretSource = passphrase ?? { kind: "prompt" };
  const parsed = ssh2.utils.parseKey(text, await readSecret(source, `passphrase of ${path}`, around));
  if (!(parsed instanceof Error)) return parsed;
  throw keyUnusable(path, "the passphrase does not open it", "give the key's own passphrase");
}

function keyUnusable(path: string, got: string, remedy: string): SlipwayError {
  return new SlipwayError({
    code: "SSH_KEY_UNUSABLE",
    exit: "connection",
    message: "the private key can't be used",
    tried: path,
    got,
    remedy,
  });
}

/** The same secret by both methods: servers with PAM often take it by keyboard-interactive only. */
function passwordLogins({ user: username }: Endpoint, source: SecretSource, around: Surroundings): Login[] {
  let secret: Promise<string> | undefined;
  const password = (): Promise<string> => {
    secret ??= readSecret(source, `password of ${username}`, around);
    return secret;
  };
  return [
    {
      method: "password",
      title: "password",
      prepare: async () => ({ type: "password", username, password: await password() }),
    },
    {
      method: "keyboard-interactive",
      title: "keyboard-interactive",
      async prepare() {
        const answer = await password();
        return {
          type: "keyboard-interactive",
          username,
          prompt: (...[, , , prompts, finish]) => finish(prompts.map(() => answer)),
        };
      },
    },
  ];
}
