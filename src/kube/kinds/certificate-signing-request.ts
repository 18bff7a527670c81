import type { Condition } from "../conditions.ts";
import type { KubeObject } from "../object.ts";

export type CsrCondition = Condition & { lastUpdateTime?: string };

/** certificates.k8s.io/v1 CertificateSigningRequest; `request` and `certificate` are base64 of PEM. */
export type CertificateSigningRequest = KubeObject & {
  spec: {
    request: string;
    signerName: string;
    usages?: string[];
    username?: string;
    uid?: string;
    groups?: string[];
    extra?: Record<string, string[]>;
    expirationSeconds?: number;
  };
  status?: { certificate?: string; conditions?: CsrCondition[] };
};
