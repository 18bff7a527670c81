import type { Pod } from "../api/pod.ts";

export type PodHostname = { readonly hostname: string; readonly domain: string };

const maxHostname = 63;

/** Host name and cluster domain of a pod; the domain is empty without a subdomain (GeneratePodHostNameAndDomain). */
export function podHostname(pod: Pod, clusterDomain: string): PodHostname {
  const plain = pod.spec.hostname || (pod.metadata.name ?? "");
  const domain = pod.spec.subdomain ? `${pod.spec.subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` : "";
  const hostname = plain.slice(0, maxHostname).replace(/[-.]+$/, "");
  return { hostname: pod.spec.setHostnameAsFQDN && domain ? `${hostname}.${domain}` : hostname, domain };
}
