import { join } from "node:path";
import type { SecurityProfile } from "../../kube/cri/security.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";

/** The seccomp profile of a container: its own, the pod's, or the kubelet's default. */
export function seccompProfile(
  pod: Pod,
  container: Container,
  { rootDir, seccompDefault }: { readonly rootDir: string; readonly seccompDefault: boolean },
): SecurityProfile {
  if (container.securityContext?.privileged) return { profileType: "Unconfined" };
  const profile = container.securityContext?.seccompProfile ?? pod.spec.securityContext?.seccompProfile;
  if (!profile) return { profileType: seccompDefault ? "RuntimeDefault" : "Unconfined" };
  if (profile.type !== "Localhost") return { profileType: profile.type };
  return { profileType: "Localhost", localhostRef: join(rootDir, "seccomp", profile.localhostProfile ?? "") };
}

/** The AppArmor profile, if one is asked for by field or by the older annotation. */
export function apparmorProfile(pod: Pod, container: Container): SecurityProfile | undefined {
  const profile = container.securityContext?.appArmorProfile ?? pod.spec.securityContext?.appArmorProfile;
  if (profile) {
    return profile.type === "Localhost"
      ? { profileType: "Localhost", localhostRef: profile.localhostProfile }
      : { profileType: profile.type };
  }
  const annotation = pod.metadata.annotations?.[`container.apparmor.security.beta.kubernetes.io/${container.name}`];
  if (!annotation) return undefined;
  if (annotation === "unconfined") return { profileType: "Unconfined" };
  if (annotation.startsWith("localhost/"))
    return { profileType: "Localhost", localhostRef: annotation.slice("localhost/".length) };
  return { profileType: "RuntimeDefault" };
}
