import type { CertificateSigningRequest } from "../../../kube/kinds/certificate-signing-request.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { parseCertificateRequest } from "../../../x509/certificate-request.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { isDecided, type Recognized, recognize } from "./approval.ts";

/** Approves kubelets' requests for client certificates when the API server says that the requester may have them. */
export const csrApprovingController: Controller = {
  name: "certificatesigningrequest-approving-controller",
  alias: "csrapproving",
  account: "certificate-controller",
  start(context) {
    const informer = context.informers.of<CertificateSigningRequest>(resources.certificatesigningrequests);
    const worker = new KeyedWorker(context, "certificate", async (key) => {
      const csr = informer.store.get(key);
      if (csr && !isDecided(csr)) await approve(context, csr);
    });
    return () => {
      worker.follow(informer);
      worker.run();
    };
  },
};

async function approve(context: ControllerContext, csr: CertificateSigningRequest): Promise<void> {
  const request = parseCertificateRequest(Buffer.from(csr.spec.request, "base64").toString());
  if (!request) return;
  const recognized = recognize(csr, request);
  for (const one of recognized) {
    if (!(await isAllowed(context, csr, one))) continue;
    const now = rfc3339(context.now());
    const condition = { type: "Approved", status: "True", reason: "AutoApproved", message: one.message };
    const conditions = [
      ...(csr.status?.conditions ?? []),
      { ...condition, lastUpdateTime: now, lastTransitionTime: now },
    ];
    const decided = { ...csr, status: { ...csr.status, conditions } };
    await context.client.update(resources.certificatesigningrequests, decided, { subresource: "approval" });
    return;
  }
  // the permission may come a moment after the request: a bootstrap applies its RBAC while the kubelet starts
  if (recognized.length > 0) throw new Error("the subject access review did not allow the approval");
}

type Review = KubeObject & { status?: { allowed?: boolean } };

async function isAllowed(
  { client }: ControllerContext,
  { spec }: CertificateSigningRequest,
  { subresource }: Recognized,
): Promise<boolean> {
  const resourceAttributes = {
    group: "certificates.k8s.io",
    resource: "certificatesigningrequests",
    verb: "create",
    subresource,
    version: "*",
  };
  const { username: user, uid, groups, extra } = spec;
  const { status } = await client.create<Review>(resources.subjectaccessreviews, {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: { user, uid, groups, extra, resourceAttributes },
  });
  return status?.allowed === true;
}
