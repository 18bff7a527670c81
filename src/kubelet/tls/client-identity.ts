import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError } from "../../base/errors.ts";
import { longestTimerMs, timerDelay } from "../../base/timer-delay.ts";
import type { Connection } from "../../kube/client.ts";
import { connectionFromKubeconfigFile } from "../../kube/connection.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";
import { noAlternativeNames } from "../../x509/alternative-names.ts";
import type { Log } from "../log.ts";
import type { StoredCertificate } from "./certificate-store.ts";
import { betweenRotationsMs, CertificateStore, isValidAt, parseStored, rotationTime } from "./certificate-store.ts";
import { kubeletKubeconfig } from "./kubelet-kubeconfig.ts";
import { newKey, requestCertificate } from "./request-certificate.ts";

export type IdentityOptions = {
  readonly kubeconfig: string;
  readonly bootstrapKubeconfig: string;
  readonly certDir: string;
  readonly nodeName: string;
  readonly rotateCertificates: boolean;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
};

const retryMs = 2000;

/** How the kubelet shows itself to the API server: TLS bootstrap, its own certificate, rotation. */
export class ClientIdentity {
  readonly #options: IdentityOptions;
  readonly #store: CertificateStore;
  /** The certificate in use came with the kubeconfig, so one of our own is asked for at once. */
  #isBorrowed = false;

  constructor(options: IdentityOptions) {
    this.#options = options;
    this.#store = new CertificateStore(options.certDir, "kubelet-client");
  }

  /** The connection of the kubeconfig, made by TLS bootstrap where there is no usable one; tried until it succeeds. */
  async connection(): Promise<Connection> {
    const { kubeconfig, log, signal } = this.#options;
    while (!(await this.#isUsable())) {
      signal.throwIfAborted();
      try {
        await this.#bootstrap();
      } catch (thrown) {
        log.error("Could not get a client certificate by TLS bootstrap", { err: thrown });
        await sleep(retryMs, undefined, { signal });
      }
    }
    const connection = connectionFromKubeconfigFile(kubeconfig);
    return connection.credentials.kind === "certificate" ? this.#adopt(connection) : connection;
  }

  /** Exchanges the certificate before it ends, as long as the signal lasts. */
  async rotate(connection: Connection): Promise<void> {
    const { rotateCertificates, log, signal, now, random } = this.#options;
    if (!rotateCertificates) return;
    let leastMs = 0;
    while (!signal.aborted) {
      const current = await this.#store.current();
      const due = current && !this.#isBorrowed ? rotationTime(current, random()).getTime() - now() : 0;
      log.debug(2, "Certificate rotation", { expires: current?.notAfter, inSeconds: Math.round(due / 1000) });
      try {
        await sleep(timerDelay(Math.max(due, leastMs)), undefined, { signal, ref: false });
        if (due <= longestTimerMs) await this.#renew(connection);
        this.#isBorrowed = false;
        leastMs = betweenRotationsMs;
      } catch (thrown) {
        if (signal.aborted) return;
        log.error("Could not rotate the client certificate", { err: thrown });
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** A kubeconfig counts when it is there, can be read, and its certificate has not ended (bootstrap.isClientConfigStillValid). */
  async #isUsable(): Promise<boolean> {
    const { kubeconfig, bootstrapKubeconfig, log, now } = this.#options;
    if (!existsSync(kubeconfig)) {
      if (bootstrapKubeconfig === "" || !existsSync(bootstrapKubeconfig))
        throw new SlipwayError({
          code: "KUBELET_NO_IDENTITY",
          exit: "configuration",
          message: "there is neither a kubeconfig nor a bootstrap kubeconfig",
          tried: [kubeconfig, bootstrapKubeconfig].filter(Boolean).join(", "),
          remedy: "run kubeadm join or slipway join on this host, or start the kubelet without --kubeconfig",
        });
      return false;
    }
    try {
      const { credentials } = connectionFromKubeconfigFile(kubeconfig);
      if (credentials.kind === "certificate") return isLive(parseStored(credentials.cert), now());
      if (credentials.kind !== "certificateFiles") return true;
      return isLive(parseStored(await readFile(credentials.certPath, "utf8")), now());
    } catch (thrown) {
      log.error("The kubeconfig can't be used", { path: kubeconfig, err: thrown });
      return false;
    }
  }

  async #bootstrap(): Promise<void> {
    const { bootstrapKubeconfig, kubeconfig, log, signal, now } = this.#options;
    log.info("Using bootstrap kubeconfig to generate TLS client cert, key and kubeconfig file");
    const connection = connectionFromKubeconfigFile(bootstrapKubeconfig);
    const client = createKubeClient(connection, { userAgent: "kubelet/slipway" });
    try {
      const key = await this.#pendingKey();
      const issued = await requestCertificate(client, this.#wish(), key, signal);
      await this.#store.store(issued.certificate, issued.key, new Date(now()));
      await writeAtomically(
        kubeconfig,
        kubeletKubeconfig({ server: connection.server, ca: connection.ca }, this.#store.currentPath),
      );
      await rm(this.#pendingKeyPath, { force: true });
      log.info("Bootstrapped a client certificate", { path: this.#store.currentPath });
    } finally {
      client.close();
    }
  }

  /** A pair inside the kubeconfig moves into the store, and is exchanged at once (getCurrentCertificateOrBootstrap). */
  async #adopt(connection: Connection): Promise<Connection> {
    const { credentials } = connection;
    if (credentials.kind !== "certificate") return connection;
    const path = this.#store.currentPath;
    const current = await this.#store.current();
    if (!isLive(current, this.#options.now())) {
      await this.#store.store(credentials.cert, credentials.key, new Date(this.#options.now()));
      this.#isBorrowed = true;
    }
    return { ...connection, credentials: { kind: "certificateFiles", certPath: path, keyPath: path } };
  }

  async #renew(connection: Connection): Promise<void> {
    const { signal, now, log } = this.#options;
    const client = createKubeClient(connection, { userAgent: "kubelet/slipway" });
    try {
      const issued = await requestCertificate(client, this.#wish(), newKey(), signal);
      await this.#store.store(issued.certificate, issued.key, new Date(now()));
      log.info("Rotated the client certificate", { path: this.#store.currentPath });
    } finally {
      client.close();
    }
  }

  #wish() {
    return {
      subject: { commonName: `system:node:${this.#options.nodeName}`, organizations: ["system:nodes"] },
      names: noAlternativeNames,
      signerName: "kubernetes.io/kube-apiserver-client-kubelet" as const,
      usages: ["digital signature", "client auth"],
    };
  }

  get #pendingKeyPath(): string {
    return join(this.#options.certDir, "kubelet-client.key.tmp");
  }

  /** One key for all attempts, so that a signer that limits requests by key is not asked again and again. */
  async #pendingKey(): Promise<string> {
    const known = await readFile(this.#pendingKeyPath, "utf8").catch(() => undefined);
    if (known !== undefined) return known;
    const key = newKey();
    await mkdir(this.#options.certDir, { recursive: true, mode: 0o755 });
    await writeFile(this.#pendingKeyPath, key, { mode: 0o600 });
    return key;
  }
}

function isLive(certificate: StoredCertificate | undefined, nowMs: number): boolean {
  return certificate !== undefined && isValidAt(certificate, new Date(nowMs));
}

async function writeAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
