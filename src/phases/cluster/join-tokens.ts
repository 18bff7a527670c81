import type { Making } from "../../certs/pki/making.ts";
import { nodeBootstrapTokenGroup } from "../../config/kubeadm/constants.ts";
import type { KubeClient } from "../../kube/client.ts";
import { resources } from "../../kube/resources.ts";
import { newToken } from "../../tokens/bootstrap-token.ts";
import { tokenSecret } from "../../tokens/token-secret.ts";

/** How long a token lives at most that a run makes for the hosts that it joins: a run that is killed can't take it back. */
const joinTokenTtl = "15m0s";
/** How long the end of a run waits for a cluster that may not answer any more. */
const takenBackWithinMs = 5_000;

type Made = { readonly token: string; readonly takeBack: () => Promise<unknown> };

/** One bootstrap token for all hosts that a run joins, made when the first of them needs it and gone with the run. */
export class JoinTokens {
  readonly #making: () => Making;
  #made: Promise<Made> | undefined;

  constructor(making: () => Making) {
    this.#making = making;
  }

  /** A token that the cluster knows. */
  async forJoin(client: KubeClient): Promise<string> {
    this.#made ??= this.#create(client);
    return (await this.#made).token;
  }

  /** Where the cluster does not answer any more, the token ends by itself. */
  async close(): Promise<void> {
    await this.#made?.then(({ takeBack }) => takeBack()).catch(() => {});
  }

  async #create(client: KubeClient): Promise<Made> {
    const { random, now } = this.#making();
    const token = newToken(random);
    const description = "Made by slipway for the hosts that one run joins";
    const wish = {
      token,
      description,
      ttl: joinTokenTtl,
      // nobody discovers the cluster by it: the run itself tells whom to trust
      usages: ["authentication"],
      groups: [nodeBootstrapTokenGroup],
    };
    const secret = tokenSecret({ ...wish, expires: undefined }, now);
    await client.create(resources.secrets, secret);
    const { name = "", namespace } = secret.metadata;
    const takeBack = () => {
      const signal = AbortSignal.timeout(takenBackWithinMs);
      return client.delete(resources.secrets, { name, namespace }, { signal });
    };
    return { token, takeBack };
  }
}
