/** What stands on a host, or would come from its package manager, before the runtime is set up. */
export type FoundRuntime = {
  /** containerd's version: of the program that is there, else of the package that would be installed. */
  readonly containerdVersion: string | undefined;
  /** Where the program comes from: a package's name, `other` for one that no package owns. */
  readonly containerd: Origin;
  readonly runc: Origin;
  /** Real files in /opt/cni/bin, put there by something else than links of ours. */
  readonly hasForeignCniPlugins: boolean;
  readonly hasCrictl: boolean;
};
export type Origin =
  | { readonly kind: "absent" }
  | { readonly kind: "package"; readonly name: string }
  | { readonly kind: "other" };

/** Prints what `parseFoundRuntime` reads: one `key value` a line. */
export const foundRuntimeScript = `
owner() {
  path=$(command -v "$1") || { echo "$1 absent"; return; }
  list=$(grep -lxF -e "$path" -e "$(readlink -f "$path")" /var/lib/dpkg/info/*.list 2>/dev/null | head -n 1)
  name=$(basename "$list" .list)
  echo "$1 \${list:+package \${name%%:*}}"
}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
owner containerd
owner runc
if command -v containerd >/dev/null; then containerd --version | awk '{ print "version", $3 }'
else apt-cache policy containerd 2>/dev/null | awk '$1 == "Candidate:" { print "candidate", $2 }'; fi
for plugin in bridge host-local loopback portmap; do
  [ -f "/opt/cni/bin/$plugin" ] && [ ! -L "/opt/cni/bin/$plugin" ] && echo "foreign-cni $plugin"
done
command -v crictl >/dev/null && echo "crictl yes"
exit 0
`;

export function parseFoundRuntime(output: string): FoundRuntime {
  const facts = new Map(
    output.split("\n").map((line) => [line.split(" ", 1)[0] ?? "", line.slice(line.indexOf(" ") + 1).trim()] as const),
  );
  return {
    containerdVersion: versionNumber(facts.get("version")) ?? versionNumber(facts.get("candidate")),
    containerd: originOf(facts.get("containerd")),
    runc: originOf(facts.get("runc")),
    hasForeignCniPlugins: facts.has("foreign-cni"),
    hasCrictl: facts.has("crictl"),
  };
}

/** Debian's packages of a runtime. */
export const runtimePackages = ["containerd", "runc", "containernetworking-plugins"] as const;

/** What the package manager should bring: nothing for which another package or an archive has provided already. */
export function neededPackages({ containerd, runc, hasForeignCniPlugins }: FoundRuntime): readonly string[] {
  const isOurs = (origin: Origin, name: string) =>
    origin.kind === "absent" || (origin.kind === "package" && origin.name === name);
  return [
    ...(isOurs(containerd, "containerd") ? ["containerd"] : []),
    ...(isOurs(runc, "runc") ? ["runc"] : []),
    ...(hasForeignCniPlugins ? [] : ["containernetworking-plugins"]),
  ];
}

function originOf(text: string | undefined): Origin {
  if (text === undefined || text === "absent") return { kind: "absent" };
  return text.startsWith("package ") ? { kind: "package", name: text.slice("package ".length) } : { kind: "other" };
}

/** `v1.7.2`, `1.6.20~ds1-1+deb12u3` and `2:1.0-1` all begin with a number somewhere; `(none)` does not. */
function versionNumber(text: string | undefined): string | undefined {
  return /(?:^|[:v])(\d+\.\d+(?:\.\d+)?)/.exec(text ?? "")?.[1];
}
