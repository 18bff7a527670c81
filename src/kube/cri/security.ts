import { bool, enumeration, repeated, scalars, string, strings } from "../protobuf/field.ts";
import { type Decoded, type Input, many, message, one } from "../protobuf/message.ts";
import { idMapping, int64Value } from "./resources.ts";

export const namespaceMode = enumeration(["POD", "CONTAINER", "NODE", "TARGET"]);
export const supplementalGroupsPolicy = enumeration(["Merge", "Strict"]);
export const profileType = enumeration(["RuntimeDefault", "Unconfined", "Localhost"]);

export const userNamespace = message({ mode: namespaceMode(1), uids: many(idMapping, 2), gids: many(idMapping, 3) });
export const namespaceOption = message({
  network: namespaceMode(1),
  pid: namespaceMode(2),
  ipc: namespaceMode(3),
  targetId: string(4),
  usernsOptions: one(userNamespace, 5),
});
export type NamespaceOption = Input<Decoded<typeof namespaceOption>>;

export const securityProfile = message({ profileType: profileType(1), localhostRef: string(2) });
export type SecurityProfile = Input<Decoded<typeof securityProfile>>;

export const seLinuxOption = message({ user: string(1), role: string(2), type: string(3), level: string(4) });
export const capability = message({
  addCapabilities: strings(1),
  dropCapabilities: strings(2),
  addAmbientCapabilities: strings(3),
});

export const linuxSandboxSecurityContext = message({
  namespaceOptions: one(namespaceOption, 1),
  selinuxOptions: one(seLinuxOption, 2),
  runAsUser: one(int64Value, 3),
  readonlyRootfs: bool(4),
  supplementalGroups: repeated(scalars.int64, 5),
  privileged: bool(6),
  seccompProfilePath: string(7),
  runAsGroup: one(int64Value, 8),
  seccomp: one(securityProfile, 9),
  apparmor: one(securityProfile, 10),
  supplementalGroupsPolicy: supplementalGroupsPolicy(11),
});
export type LinuxSandboxSecurityContext = Input<Decoded<typeof linuxSandboxSecurityContext>>;

export const linuxContainerSecurityContext = message({
  capabilities: one(capability, 1),
  privileged: bool(2),
  namespaceOptions: one(namespaceOption, 3),
  selinuxOptions: one(seLinuxOption, 4),
  runAsUser: one(int64Value, 5),
  runAsUsername: string(6),
  readonlyRootfs: bool(7),
  supplementalGroups: repeated(scalars.int64, 8),
  apparmorProfile: string(9),
  seccompProfilePath: string(10),
  noNewPrivs: bool(11),
  runAsGroup: one(int64Value, 12),
  maskedPaths: strings(13),
  readonlyPaths: strings(14),
  seccomp: one(securityProfile, 15),
  apparmor: one(securityProfile, 16),
  supplementalGroupsPolicy: supplementalGroupsPolicy(17),
});
export type LinuxContainerSecurityContext = Input<Decoded<typeof linuxContainerSecurityContext>>;
