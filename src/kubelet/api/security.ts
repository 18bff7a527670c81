export type Capabilities = { add?: string[]; drop?: string[] };
export type SeccompProfile = { type: "RuntimeDefault" | "Unconfined" | "Localhost"; localhostProfile?: string };
export type AppArmorProfile = { type: "RuntimeDefault" | "Unconfined" | "Localhost"; localhostProfile?: string };

export type PodSecurityContext = {
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: "Merge" | "Strict";
  fsGroup?: number;
  fsGroupChangePolicy?: "OnRootMismatch" | "Always";
  sysctls?: { name: string; value: string }[];
  seccompProfile?: SeccompProfile;
  appArmorProfile?: AppArmorProfile;
  seLinuxOptions?: { user?: string; role?: string; type?: string; level?: string };
};
