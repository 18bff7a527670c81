import type { Making } from "../../certs/pki/making.ts";
import { nodeBootstrapTokenGroup } from "../../config/kubeadm/constants.ts";
import type { KubeClient } from "../../kube/client.ts";
import { resources } from "../../kube/resources.ts";
import { newToken } from "../../tokens/bootstrap-token.ts";
import { tokenSecret } from "../../tokens/token-secret.ts";

/** How long a token lives that a run makes for the hosts that it joins. */
const joinTokenTtl = "1h0m0s";

/** One bootstrap token for all hosts that a run joins, made when the first of them needs it. */
export class JoinTokens {
  readonly #making: () => Making;
  #token: Promise<string> | undefined;

  constructor(making: () => Making) {
    this.#making = making;
  }

  /** A token that the cluster knows. */
  forJoin(client: KubeClient): Promise<string> {
    this.#token ??= this.#create(client);
    return this.#token;
  }

  async #create(client: KubeClient): Promise<string> {
    const { random, now } = this.#making();
    const token = newToken(random);
    const description = "Made by slipway for the hosts that one run joins";
    const wish = {
      token,
      description,
      ttl: joinTokenTtl,
      usages: ["signing", "authentication"],
      groups: [nodeBootstrapTokenGroup],
    };
    await client.create(resources.secrets, tokenSecret({ ...wish, expires: undefined }, now));
    return token;
  }
}
