import type { DebianPackage } from "../debian/package-cache.ts";
import { type TarEntry, textFile } from "../oci/tar-entry.ts";
import type { LayerSource } from "./layer-source.ts";

/** Packages whose shared libraries Node, etcd and the network's tools link to. */
export const basePackages = ["libc6", "libstdc++6", "libgcc-s1"] as const;

/** Packages of `nft`, `ip`, `bridge` and `conntrack`, and of the libraries that they link to. */
export const networkPackages = [
  ...["nftables", "iproute2", "conntrack", "libnftables1", "libnftnl11", "libmnl0", "libjansson4", "libgmp10"],
  ...["libxtables12", "libedit2", "libtinfo6", "libbsd0", "libmd0", "libnetfilter-conntrack3", "libnfnetlink0"],
  ...["libelf1", "libcap2", "libbpf1", "zlib1g"],
] as const;

const baseLibraries =
  /^(usr\/)?lib(64)?\/([^/]+\/)?(ld-linux[^/]*|lib(c|m|dl|pthread|rt|resolv|stdc\+\+|gcc_s)\.so\.[\d.]+)$/;
const libraries = /^(usr\/)?lib\/[^/]+\/lib[^/]+\.so[^/]*$/;
const networkTools = /^(usr\/)?s?bin\/(nft|ip|bridge|conntrack)$/;

/** The root of every image with a dynamic program: merged /usr, the C and C++ libraries, users, name resolution. */
export function baseLayer(packages: readonly DebianPackage[]): LayerSource {
  return {
    name: "the base libraries",
    key: `${baseLibraries.source} ${versions(packages)}`,
    entries: async () => [...skeleton, ...(await filesOf(packages, baseLibraries))],
  };
}

/** What kube-proxy and the network's agent run to speak with the kernel. */
export function networkToolsLayer(packages: readonly DebianPackage[]): LayerSource {
  const wanted = new RegExp(`${libraries.source}|${networkTools.source}`);
  return {
    name: "the network tools",
    key: `${wanted.source} ${versions(packages)}`,
    entries: () => filesOf(packages, wanted),
  };
}

/** etcd at /usr/local/bin, where upstream's image has it. */
export function etcdLayer(etcd: DebianPackage): LayerSource {
  return {
    name: "etcd",
    key: versions([etcd]),
    entries: async () =>
      (await filesOf([etcd], /^usr\/bin\/etcd$/)).map((entry) => ({ ...entry, path: "usr/local/bin/etcd" })),
  };
}

const skeleton: readonly TarEntry[] = [
  ...["bin", "sbin", "lib", "lib64"].map((path): TarEntry => ({ kind: "symlink", path, target: `usr/${path}` })),
  ...["usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "run", "root", "proc", "sys", "dev"].map(
    (path): TarEntry => ({ kind: "directory", path, mode: 0o755 }),
  ),
  { kind: "directory", path: "tmp", mode: 0o1777 },
  { kind: "symlink", path: "var/run", target: "/run" },
  textFile("etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"),
  textFile("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
  textFile("etc/nsswitch.conf", "hosts: files dns\n"),
];

function versions(packages: readonly DebianPackage[]): string {
  return packages.map(({ name, version }) => `${name}=${version}`).join(" ");
}

async function filesOf(packages: readonly DebianPackage[], wanted: RegExp): Promise<readonly TarEntry[]> {
  const { packageFiles } = await import("../debian/package-files.ts");
  const found = await Promise.all(packages.map((one) => packageFiles(one, (path) => wanted.test(path))));
  return found.flat().map((entry) => ({ ...entry, path: underUsr(entry.path) }));
}

/** Debian's packages from before the merged /usr carry files in /lib and /bin; the base layer has links there. */
function underUsr(path: string): string {
  return path.startsWith("usr/") ? path : `usr/${path}`;
}
