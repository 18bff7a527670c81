import { isAlreadyExists, isNotFound } from "../../../kube/api-error.ts";
import type { Connection, KubeClient } from "../../../kube/client.ts";
import { createKubeClient } from "../../../kube/create-kube-client.ts";
import type { ExchangeOptions } from "../../../kube/exchange.ts";
import { resources } from "../../../kube/resources.ts";
import { Session } from "../../../kube/session.ts";

const namespace = "kube-system";
const tokenSeconds = 3600;

type AccountClientSettings = { readonly now: () => number } & Required<Pick<ExchangeOptions, "answered">>;

/** Clients that act as service accounts of kube-system, over one connection; accounts and tokens are made when first needed. */
export class AccountClients {
  readonly #root: KubeClient;
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #settings: AccountClientSettings;
  readonly #clients = new Map<string, KubeClient>();

  constructor(root: KubeClient, connection: Connection, settings: AccountClientSettings) {
    this.#root = root;
    // without the certificate, which would outrank the tokens
    this.#connection = { ...connection, credentials: { kind: "anonymous" } };
    this.#session = new Session(this.#connection);
    this.#settings = settings;
  }

  of(account: string): KubeClient {
    const existing = this.#clients.get(account);
    if (existing) return existing;
    const options = {
      session: this.#session,
      ...this.#tokenOf(account),
      userAgent: `kube-controller-manager/slipway ${account}`,
      answered: this.#settings.answered,
    };
    const client = createKubeClient(this.#connection, options);
    this.#clients.set(account, client);
    return client;
  }

  close(): void {
    this.#session.close();
  }

  /** The header, asked for anew when four fifths of the token's life are over, or when its account was made anew. */
  #tokenOf(account: string): { authorization: () => Promise<string>; unauthorized: () => void } {
    let current: { header: Promise<string>; renewAtMs: number } | undefined;
    const forget = () => {
      current = undefined;
    };
    const authorization = () => {
      if (current && this.#settings.now() < current.renewAtMs) return current.header;
      const header = this.#requestToken(account);
      current = { header, renewAtMs: this.#settings.now() + tokenSeconds * 800 };
      header.catch(forget);
      return header;
    };
    return { authorization, unauthorized: forget };
  }

  async #requestToken(account: string): Promise<string> {
    try {
      return await this.#createToken(account);
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
      await this.#createAccount(account);
      return this.#createToken(account);
    }
  }

  async #createToken(name: string): Promise<string> {
    const request = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name, namespace },
      spec: { expirationSeconds: tokenSeconds },
    };
    const review = await this.#root.create(resources.serviceaccounts, request, { subresource: "token" });
    return `Bearer ${(review as { status?: { token?: string } }).status?.token}`;
  }

  async #createAccount(name: string): Promise<void> {
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
    try {
      await this.#root.create(resources.serviceaccounts, account);
    } catch (thrown) {
      if (!isAlreadyExists(thrown)) throw thrown;
    }
  }
}
