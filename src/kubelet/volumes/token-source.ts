import type { KubeClient } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import type { Pod } from "../api/pod.ts";

type TokenRequest = KubeObject & {
  spec: Record<string, unknown>;
  status?: { token: string; expirationTimestamp: string };
};

export type TokenWish = { readonly audience: string | undefined; readonly expirationSeconds: number };

type Entry = { readonly token: string; readonly refreshAtMs: number; readonly expiresAtMs: number };

const dayMs = 24 * 3600_000;

/** Service-account tokens of pods by TokenRequest, kept until 80 % of their life or a day has passed (token_manager.go). */
export class TokenSource {
  readonly #client: () => Promise<KubeClient>;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #tokens = new Map<string, Entry>();

  constructor(client: () => Promise<KubeClient>, { now, random }: { now: () => number; random: () => number }) {
    this.#client = client;
    this.#now = now;
    this.#random = random;
  }

  async token(pod: Pod, wish: TokenWish): Promise<string> {
    const key = `${pod.metadata.uid} ${wish.audience ?? ""} ${wish.expirationSeconds}`;
    const known = this.#tokens.get(key);
    if (known && this.#now() < known.refreshAtMs) return known.token;
    try {
      const issued = await this.#request(pod, wish);
      this.#tokens.set(key, issued);
      return issued.token;
    } catch (thrown) {
      // While the API server is away the old one serves until its end.
      if (known && this.#now() < known.expiresAtMs) return known.token;
      throw thrown;
    }
  }

  forget(podUid: string): void {
    for (const key of this.#tokens.keys()) if (key.startsWith(`${podUid} `)) this.#tokens.delete(key);
  }

  async #request(pod: Pod, { audience, expirationSeconds }: TokenWish): Promise<Entry> {
    const { name = "", namespace = "", uid = "" } = pod.metadata;
    const client = await this.#client();
    const account = pod.spec.serviceAccountName || "default";
    const { status } = await client.create<TokenRequest>(
      resources.serviceaccounts,
      {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        metadata: { name: account, namespace },
        spec: {
          ...(audience && { audiences: [audience] }),
          expirationSeconds,
          boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
        },
      },
      { subresource: "token" },
    );
    if (!status) throw new Error(`the API server gave no token for service account ${account}`);
    const now = this.#now();
    const expiresAtMs = new Date(status.expirationTimestamp).getTime();
    const life = Math.min(expiresAtMs - now, dayMs);
    return { token: status.token, refreshAtMs: now + life * 0.8 - this.#random() * 10_000, expiresAtMs };
  }
}
