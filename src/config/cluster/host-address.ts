import type { HostAddress, SecretSource, SshEndpoint } from "../../hosts/address.ts";
import type { ClusterHost } from "./cluster.ts";
import type { Secret, Ssh } from "./ssh-kind.ts";

/** Where a host of the file is and how to log in there, in the words of the hosts room. */
export function hostAddress({ name, ssh, sudoPassword }: ClusterHost): HostAddress {
  const sudo = sudoPassword ? { sudoPassword: secretSource(sudoPassword) } : {};
  if (ssh === undefined) return { kind: "local", name, ...sudo };
  const { bastion, ...endpoint } = ssh;
  return {
    kind: "ssh",
    name,
    ...sshEndpoint(endpoint),
    ...sudo,
    ...(bastion ? { bastion: bastion.map(sshEndpoint) } : {}),
  };
}

function sshEndpoint({ passphrase, password, ...rest }: Omit<Ssh, "bastion">): SshEndpoint {
  return {
    ...rest,
    ...(passphrase ? { passphrase: secretSource(passphrase) } : {}),
    ...(password ? { password: secretSource(password) } : {}),
  };
}

function secretSource({ env, file }: Secret): SecretSource {
  if (env) return { kind: "env", name: env };
  return file ? { kind: "file", path: file } : { kind: "prompt" };
}
