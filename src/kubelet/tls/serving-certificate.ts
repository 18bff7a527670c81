import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { timerDelay } from "../../base/timer-delay.ts";
import type { KubeClient } from "../../kube/client.ts";
import { selfSignedCertificate } from "../../x509/self-signed.ts";
import type { Log } from "../log.ts";
import {
  betweenRotationsMs,
  CertificateStore,
  isValidAt,
  parseStored,
  rotationTime,
  type StoredCertificate,
} from "./certificate-store.ts";
import { newKey, requestCertificate } from "./request-certificate.ts";

export type KeyPair = { readonly cert: string; readonly key: string };

export type ServingIdentity = {
  readonly nodeName: string;
  readonly addresses: readonly string[];
};

const hourMs = 3600_000;
const retryMs = 30_000;

/** The pair of `tlsCertFile` and `tlsPrivateKeyFile`, or one that the kubelet signs itself and keeps in its folder. */
export async function servingPair(
  files: { readonly certFile: string; readonly keyFile: string; readonly certDir: string },
  { nodeName, addresses }: ServingIdentity,
  now: Date,
): Promise<KeyPair> {
  if (files.certFile && files.keyFile)
    return { cert: await readFile(files.certFile, "utf8"), key: await readFile(files.keyFile, "utf8") };
  const [certPath, keyPath] = [join(files.certDir, "kubelet.crt"), join(files.certDir, "kubelet.key")];
  const known = await Promise.all([readFile(certPath, "utf8"), readFile(keyPath, "utf8")]).catch(() => undefined);
  const stored = known && parseStored(known[0]);
  if (known && stored && isValidAt(stored, now)) return { cert: known[0], key: known[1] };
  const identity = {
    commonName: `${nodeName}@${Math.floor(now.getTime() / 1000)}`,
    dnsNames: [nodeName],
    ipAddresses: addresses,
  };
  const pair = selfSignedCertificate(identity, new Date(now.getTime() - hourMs));
  await mkdir(files.certDir, { recursive: true, mode: 0o755 });
  await writeFile(certPath, pair.cert, { mode: 0o644 });
  await writeFile(keyPath, pair.key, { mode: 0o600 });
  return pair;
}

export type ServingRotation = {
  readonly client: KubeClient;
  readonly certDir: string;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  identity(): ServingIdentity;
  onPair(pair: KeyPair): void;
};

/** serverTLSBootstrap: has the cluster's signer issue the serving certificate, and again before it ends. */
export async function rotateServingCertificate(options: ServingRotation): Promise<void> {
  const { client, certDir, log, now, random, signal, identity } = options;
  const store = new CertificateStore(certDir, "kubelet-server");
  let leastMs = 0;
  while (!signal.aborted) {
    const current = served(await store.current(), options);
    const due = current ? rotationTime(current, random()).getTime() - now() : 0;
    try {
      await sleep(timerDelay(Math.max(due, leastMs)), undefined, { signal, ref: false });
      const { nodeName, addresses } = identity();
      const wish = {
        subject: { commonName: `system:node:${nodeName}`, organizations: ["system:nodes"] },
        names: { dnsNames: [nodeName], ipAddresses: addresses },
        signerName: "kubernetes.io/kubelet-serving" as const,
        usages: ["digital signature", "server auth"],
      };
      const issued = await requestCertificate(client, wish, newKey(), signal);
      await store.store(issued.certificate, issued.key, new Date(now()));
      leastMs = betweenRotationsMs;
    } catch (thrown) {
      if (signal.aborted) return;
      log.error("Could not get a serving certificate", { err: thrown });
      await sleep(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

/** Serves with what is stored while it is valid; undefined for a pair that can't be served (a power cut ended its file), so that another is asked for. */
function served(
  stored: StoredCertificate | undefined,
  { now, log, onPair }: ServingRotation,
): StoredCertificate | undefined {
  if (!stored || !isValidAt(stored, new Date(now()))) return stored;
  try {
    onPair({ cert: stored.pem, key: stored.pem });
    return stored;
  } catch (thrown) {
    log.error("The stored serving certificate can't be used", { err: thrown });
    return undefined;
  }
}
