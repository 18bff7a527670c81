import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError } from "../../base/errors.ts";
import type { KubeClient } from "../../kube/client.ts";
import type { CertificateSigningRequest } from "../../kube/kinds/certificate-signing-request.ts";
import { resources } from "../../kube/resources.ts";
import type { AlternativeNames } from "../../x509/alternative-names.ts";
import { certificateSigningRequest } from "../../x509/certificate-signing-request.ts";
import type { Subject } from "../../x509/subject.ts";

export type CertificateWish = {
  readonly subject: Subject;
  readonly names: AlternativeNames;
  readonly signerName: "kubernetes.io/kube-apiserver-client-kubelet" | "kubernetes.io/kubelet-serving";
  readonly usages: readonly string[];
};

export type IssuedCertificate = { readonly certificate: string; readonly key: string };

const waitMs = 15 * 60_000;
const pollMs = { first: 100, most: 2000 };

export function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "sec1", format: "pem" }).toString();
}

/**
 * Asks for a certificate by a CertificateSigningRequest and waits until it is signed.
 * Rejects with CSR_DENIED, CSR_TIMED_OUT or the API's error.
 */
export async function requestCertificate(
  client: KubeClient,
  wish: CertificateWish,
  key: string,
  signal: AbortSignal,
): Promise<IssuedCertificate> {
  const request = certificateSigningRequest(wish.subject, createPrivateKey(key), wish.names);
  const created = await client.create<CertificateSigningRequest>(
    resources.certificatesigningrequests,
    {
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { generateName: "csr-" },
      spec: { request: Buffer.from(request).toString("base64"), signerName: wish.signerName, usages: [...wish.usages] },
    },
    { signal },
  );
  const certificate = await signed(client, created.metadata.name ?? "", signal);
  return { certificate, key };
}

async function signed(client: KubeClient, name: string, signal: AbortSignal): Promise<string> {
  const deadline = performance.now() + waitMs;
  for (let delayMs = pollMs.first; performance.now() < deadline; delayMs = Math.min(delayMs * 1.3, pollMs.most)) {
    const { status } = await client.get<CertificateSigningRequest>(resources.certificatesigningrequests, { name });
    const refusal = status?.conditions?.find(({ type }) => type === "Denied" || type === "Failed");
    if (refusal) throw csrError("CSR_DENIED", name, `${refusal.type}: ${refusal.message ?? refusal.reason ?? ""}`);
    if (status?.certificate) return Buffer.from(status.certificate, "base64").toString("utf8");
    await sleep(delayMs, undefined, { signal });
  }
  throw csrError("CSR_TIMED_OUT", name, `not signed within ${waitMs / 60_000} min`);
}

function csrError(code: string, name: string, got: string): SlipwayError {
  return new SlipwayError({
    code,
    exit: "clusterApi",
    message: "the kubelet's certificate was not signed",
    tried: `CertificateSigningRequest ${name}`,
    got,
    remedy: `look at \`kubectl describe csr ${name}\` and at kube-controller-manager's log`,
  });
}
