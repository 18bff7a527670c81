import { messageOf } from "../../base/errors.ts";
import { authorities, leaves } from "../../certs/pki/profiles.ts";
import type { ClusterFile } from "../../config/cluster/parse-cluster.ts";
import type { Op } from "../../hosts/op.ts";
import { rotatedCertificate } from "../../phases/cluster/found-credentials.ts";
import { readRotatedCertificate } from "../../phases/cluster/kubelet-identity.ts";
import { textOf } from "../../phases/engine/resources/path.ts";
import type { HostSource } from "../../phases/engine/run/workflow-run.ts";
import { parseCertificate } from "../../x509/certificate.ts";
import { clusterConfigurationOf } from "../cluster-configuration.ts";

export type HostStatus =
  | { readonly kind: "unreachable"; readonly name: string; readonly role: string; readonly error: string }
  | {
      readonly kind: "reached";
      readonly name: string;
      readonly role: string;
      /** systemd's word: active, inactive, failed, … */
      readonly kubelet: string;
      /** Of the host's certificates, the kubelet's included, the one that ends first. */
      readonly firstExpiry?: { readonly name: string; readonly notAfter: string };
    };

/** A host in trouble is told as such, not waited for. */
const deadlineMs = 10_000;

const isActive: Op = { kind: "run", argv: ["systemctl", "is-active", "kubelet"], okExitCodes: [0, 3, 4] };

export async function hostStatus(file: ClusterFile, { name, connect }: HostSource, role: string): Promise<HostStatus> {
  try {
    const host = await connect();
    const { certificatesDir } = clusterConfigurationOf(file);
    const paths = [...authorities, ...leaves].map((one) => `${certificatesDir}/${one.file}.crt`);
    const reads = paths.map((path): Op => ({ kind: "read", path, want: "content" }));
    const [kubelet, rotated, ...certificates] = await host.batch([isActive, readRotatedCertificate, ...reads], {
      keepGoing: true,
      deadlineMs,
    });
    const found = [
      ...expiryOf(rotated?.kind === "ran" ? rotated.stdout : undefined, rotatedCertificate),
      ...certificates.flatMap((result, index) => expiryOf(textOf(result), paths[index] ?? "")),
    ];
    const [firstExpiry] = found.sort((a, b) => a.notAfter.localeCompare(b.notAfter));
    const state = kubelet?.kind === "ran" ? kubelet.stdout.trim() || "not installed" : "unknown";
    return { kind: "reached", name, role, kubelet: state, ...(firstExpiry ? { firstExpiry } : {}) };
  } catch (thrown) {
    return { kind: "unreachable", name, role, error: messageOf(thrown) };
  }
}

function expiryOf(pem: string | undefined, path: string): { name: string; notAfter: string }[] {
  const certificate = pem === undefined ? undefined : parseCertificate(pem);
  return certificate ? [{ name: path, notAfter: certificate.notAfter.toISOString() }] : [];
}
