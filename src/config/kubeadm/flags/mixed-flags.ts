/** Flags that kubeadm accepts beside --config (app/apis/kubeadm/validation); Slipway's own stand at the end. */
const allowed = new Set([
  "config",
  "ignore-preflight-errors",
  "dry-run",
  "kubeconfig",
  "kubeconfig-dir",
  "node-name",
  "upload-certs",
  "print-manifest",
  "allow-missing-template-keys",
  "output",
  "show-managed-fields",
  "print-join-command",
  "rootfs",
  "v",
  "log-file",
  "yes",
  "log-format",
  "host",
  "identity",
  "known-hosts",
  "host-keys",
  "phase",
  "parallel",
  "break-lock",
  "verbose",
]);

/** Those of the flags set on the command line that a configuration file excludes. */
export function flagsExcludedByConfig(set: readonly string[]): readonly string[] {
  if (!set.includes("config")) return [];
  return set.filter((flag) => !allowed.has(flag) && !flag.startsWith("skip-")).sort();
}
