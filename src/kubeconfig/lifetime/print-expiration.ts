import { columns } from "../../base/columns.ts";
import { humanDuration } from "../../base/human-duration.ts";
import type { Expiration } from "../../certs/lifetime/expiration.ts";
import type { ExpirationInfo } from "./expiration.ts";

/** Blanks between columns in kubeadm's tables. */
const gap = 3;

/** The two tables of `certs check-expiration`, as kubeadm prints them. */
export function expirationText({ certificates, certificateAuthorities }: ExpirationInfo, now: Date): string {
  const leaves = certificates.map((one) => [...times(one, now), one.caName ?? "", yesNo(one)]);
  const authorities = certificateAuthorities.map((one) => [...times(one, now), yesNo(one)]);
  return [
    columns(
      [["CERTIFICATE", "EXPIRES", "RESIDUAL TIME", "CERTIFICATE AUTHORITY", "EXTERNALLY MANAGED"], ...leaves],
      gap,
    ),
    columns([["CERTIFICATE AUTHORITY", "EXPIRES", "RESIDUAL TIME", "EXTERNALLY MANAGED"], ...authorities], gap),
  ].join("\n");
}

/** The same as output.kubeadm.k8s.io/v1alpha3 CertificateExpirationInfo; residualTime in seconds. */
export function expirationObject({ certificates, certificateAuthorities }: ExpirationInfo, now: Date) {
  return {
    kind: "CertificateExpirationInfo",
    apiVersion: "output.kubeadm.k8s.io/v1alpha3",
    certificates: certificates.map((one) => item(one, now)),
    certificateAuthorities: certificateAuthorities.map((one) => item(one, now)),
  };
}

function item({ name, notAfter, caName, externallyManaged }: Expiration, now: Date) {
  return {
    name,
    expirationDate: notAfter?.toISOString().replace(".000", "") ?? null,
    residualTime: notAfter ? Math.floor((notAfter.getTime() - now.getTime()) / 1000) : 0,
    externallyManaged,
    ...(caName ? { caName } : {}),
    ...(notAfter ? {} : { missing: true }),
  };
}

function times({ name, notAfter }: Expiration, now: Date): string[] {
  if (!notAfter) return [`!MISSING! ${name}`, "", ""];
  return [name, expiryText(notAfter), humanDuration(notAfter.getTime() - now.getTime())];
}

/** "Nov 21, 2027 06:22 UTC" */
function expiryText(date: Date): string {
  const month = date.toLocaleString("en-US", { month: "short", timeZone: "UTC" });
  const day = String(date.getUTCDate()).padStart(2, "0");
  return `${month} ${day}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 16)} UTC`;
}

function yesNo({ notAfter, externallyManaged }: Expiration): string {
  return (notAfter ? (externallyManaged ? "yes" : "no") : "").padEnd(8);
}
