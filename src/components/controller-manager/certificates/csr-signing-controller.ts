import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CertificateSigningRequest } from "../../../kube/kinds/certificate-signing-request.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { parseCertificate } from "../../../x509/certificate.ts";
import { type CertificateRequest, parseCertificateRequest } from "../../../x509/certificate-request.ts";
import type { Authority } from "../../../x509/issue-certificate.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { isApproved } from "./approval.ts";
import { signerFault, signers } from "./kubelet-client.ts";
import { signRequest } from "./sign.ts";

const ourSigners: readonly string[] = Object.values(signers);

/** Issues the certificates of approved requests for the signers of the cluster's CA. */
export const csrSigningController: Controller = {
  name: "certificatesigningrequest-signing-controller",
  alias: "csrsigning",
  account: "certificate-controller",
  start(context) {
    const { options, informers } = context;
    const informer = informers.of<CertificateSigningRequest>(resources.certificatesigningrequests);
    if (!options["cluster-signing-cert-file"] || !options["cluster-signing-key-file"]) return () => undefined;
    const worker = new KeyedWorker(context, "certificate", async (key) => {
      const csr = informer.store.get(key);
      if (csr && isWaiting(csr)) await sign(context, csr);
    });
    return () => {
      worker.follow(informer);
      worker.run();
    };
  },
};

function isWaiting(csr: CertificateSigningRequest): boolean {
  const { status, spec } = csr;
  const hasFailed = (status?.conditions ?? []).some(({ type }) => type === "Failed");
  return isApproved(csr) && !status?.certificate && !hasFailed && ourSigners.includes(spec.signerName);
}

async function sign(context: ControllerContext, csr: CertificateSigningRequest): Promise<void> {
  const request = parseCertificateRequest(Buffer.from(csr.spec.request, "base64").toString());
  const fault = request ? signerFault(csr, request) : "the request can't be parsed";
  const status = request && fault === undefined ? certified(context, csr, request) : failed(context, csr, fault ?? "");
  await context.client.update(resources.certificatesigningrequests, { ...csr, status }, { subresource: "status" });
}

/** The CA is read each time: it may have been renewed on disk. */
function certified({ options, now }: ControllerContext, csr: CertificateSigningRequest, request: CertificateRequest) {
  const cert = readFileSync(options["cluster-signing-cert-file"], "utf8");
  const key = readFileSync(options["cluster-signing-key-file"], "utf8");
  const certificate = signRequest(csr, request, {
    authority: authorityOf(cert, key),
    durationMs: options["cluster-signing-duration"],
    nowMs: now(),
  });
  return { ...csr.status, certificate: Buffer.from(certificate).toString("base64") };
}

/** Throws where the certificate can't be read, or the key is not its own. */
function authorityOf(cert: string, key: string): Authority {
  const [certificate, privateKey] = [parseCertificate(cert), createPrivateKey(key)];
  if (!certificate?.x509.checkPrivateKey(privateKey))
    throw new Error("the CA's key does not belong to its certificate");
  return { certificate, privateKey };
}

function failed({ now }: ControllerContext, csr: CertificateSigningRequest, message: string) {
  const time = rfc3339(now());
  const condition = {
    type: "Failed",
    status: "True",
    reason: "SignerValidationFailure",
    message,
    lastUpdateTime: time,
    lastTransitionTime: time,
  };
  return { ...csr.status, conditions: [...(csr.status?.conditions ?? []), condition] };
}
