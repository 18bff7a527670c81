import type { AnyAuthMethod, KeyboardInteractiveAuthMethod, Prompt } from "ssh2";
import type { SecretSource } from "../../address.ts";
import { readSecret } from "../../secret.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { Endpoint } from "../endpoint.ts";
import { type KeyRing, keyUnusable } from "./private-key.ts";

/** One way to log in, made ready only when its turn comes: a passphrase is not asked for in vain. */
export type Login = {
  /** The method's name on the wire; RFC 4252. */
  readonly method: "publickey" | "password" | "keyboard-interactive";
  /** For errors: "key /root/.ssh/id_ed25519". */
  readonly title: string;
  /** Whether trouble in `prepare` ends it all; otherwise the next login gets its turn. */
  readonly isRequired: boolean;
  /** Undefined where it turns out not to exist. */
  prepare(): Promise<AnyAuthMethod | undefined>;
};

export type LoginMeans = { readonly around: Surroundings; readonly keyRing: KeyRing };

/** All ways to log in to an endpoint, in ssh's order: the agent, keys, then passwords. */
export function loginsFor(endpoint: Endpoint, means: LoginMeans): readonly Login[] {
  return [
    ...(endpoint.agentSocket === undefined ? [] : [agentLogin(endpoint.user, endpoint.agentSocket)]),
    ...endpoint.keys.map((key) => keyLogin(endpoint, key, means)),
    ...(endpoint.password ? passwordLogins(endpoint, endpoint.password, means) : []),
  ];
}

function keyLogin(
  { user, passphrase }: Endpoint,
  key: Endpoint["keys"][number],
  { around, keyRing }: LoginMeans,
): Login {
  const { path, isRequired } = key;
  const source: SecretSource = passphrase ?? { kind: "prompt" };
  return {
    method: "publickey",
    title: `key ${path}`,
    isRequired,
    async prepare() {
      const opened = await keyRing.open(path, () => readSecret(source, `passphrase of ${path}`, around));
      if (!opened && isRequired) throw keyUnusable(path, "no such file", "check keyPath");
      return opened && { type: "publickey", username: user, key: opened };
    },
  };
}

function agentLogin(username: string, agent: string): Login {
  return {
    method: "publickey",
    title: "agent",
    isRequired: false,
    prepare: async () => ({ type: "agent", username, agent }),
  };
}

/** The same secret by both methods: servers with PAM often take it by keyboard-interactive only. */
function passwordLogins({ user: username }: Endpoint, source: SecretSource, { around }: LoginMeans): Login[] {
  const password = (): Promise<string> => readSecret(source, `password of ${username}`, around);
  return [
    {
      method: "password",
      title: "password",
      isRequired: true,
      prepare: async () => ({ type: "password", username, password: await password() }),
    },
    {
      method: "keyboard-interactive",
      title: "keyboard-interactive",
      isRequired: true,
      async prepare() {
        const answer = await password();
        const ask = async ({ prompt, echo }: Prompt): Promise<string> =>
          !echo && /password/i.test(prompt) ? answer : readSecret({ kind: "prompt" }, prompt.trim(), around);
        const prompt: KeyboardPrompt = (...[, , , prompts, finish]) => {
          // Without anybody to ask, an empty answer lets the server say no.
          Promise.all(prompts.map(ask)).then(finish, () => finish(prompts.map(() => "")));
        };
        return { type: "keyboard-interactive", username, prompt };
      },
    },
  ];
}

type KeyboardPrompt = KeyboardInteractiveAuthMethod["prompt"];
