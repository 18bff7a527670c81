import { X509Certificate } from "node:crypto";
import { isNotFound } from "../../../kube/api-error.ts";
import type { CertificateSigningRequest } from "../../../kube/kinds/certificate-signing-request.ts";
import { resources } from "../../../kube/resources.ts";
import type { Controller, ControllerContext } from "../framework/controller.ts";
import { every } from "../framework/every.ts";

const hourMs = 3_600_000;
/** How long a request is kept in each state (kubernetes/pkg/controller/certificates/cleaner). */
const keptMs = { approved: hourMs, denied: hourMs, failed: hourMs, pending: 24 * hourMs } as const;

/** Deletes requests that were answered, or left unanswered, long ago. */
export const csrCleanerController: Controller = {
  name: "certificatesigningrequest-cleaner-controller",
  alias: "csrcleaner",
  account: "certificate-controller",
  start(context) {
    const informer = context.informers.of<CertificateSigningRequest>(resources.certificatesigningrequests);
    return () =>
      every(context, hourMs, async () => {
        for (const csr of informer.store.list().filter((one) => isStale(one, context.now())))
          await remove(context, csr);
      });
  },
};

/** Whether a request has been kept long enough. */
export function isStale({ metadata, status }: CertificateSigningRequest, nowMs: number): boolean {
  const olderThan = (time: string | undefined, ms: number) => time !== undefined && nowMs - Date.parse(time) > ms;
  const conditions = status?.conditions ?? [];
  if (hasExpired(status?.certificate, nowMs)) return true;
  if (conditions.length === 0) return olderThan(metadata.creationTimestamp, keptMs.pending);
  return conditions.some(({ type, lastUpdateTime }) => {
    const kept = keptMs[type.toLowerCase() as keyof typeof keptMs];
    return kept !== undefined && olderThan(lastUpdateTime, kept);
  });
}

function hasExpired(certificate: string | undefined, nowMs: number): boolean {
  if (!certificate) return false;
  try {
    return Date.parse(new X509Certificate(Buffer.from(certificate, "base64")).validTo) < nowMs;
  } catch {
    return false;
  }
}

async function remove({ client }: ControllerContext, { metadata }: CertificateSigningRequest): Promise<void> {
  try {
    await client.delete(resources.certificatesigningrequests, { name: metadata.name ?? "" });
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}
