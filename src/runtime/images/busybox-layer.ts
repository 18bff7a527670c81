import type { DebianPackage } from "../debian/package-cache.ts";
import { type TarEntry, textFile } from "../oci/tar-entry.ts";
import type { LayerSource } from "./layer-source.ts";

/** Applets that workloads and tests call; the program itself has more. */
const applets = [
  ...[
    "sh",
    "cat",
    "cp",
    "date",
    "dd",
    "df",
    "echo",
    "env",
    "expr",
    "false",
    "find",
    "free",
    "grep",
    "head",
    "hostname",
  ],
  ...[
    "httpd",
    "id",
    "ifconfig",
    "ip",
    "kill",
    "killall",
    "ln",
    "ls",
    "md5sum",
    "mkdir",
    "mount",
    "mv",
    "nc",
    "netstat",
  ],
  ...[
    "nslookup",
    "ping",
    "printenv",
    "ps",
    "pwd",
    "readlink",
    "rm",
    "route",
    "sed",
    "seq",
    "sha256sum",
    "sleep",
    "sort",
  ],
  ...[
    "stat",
    "stty",
    "tail",
    "tar",
    "tee",
    "test",
    "[",
    "timeout",
    "top",
    "touch",
    "tr",
    "true",
    "uname",
    "vi",
    "wc",
    "wget",
  ],
  ...["whoami", "xargs", "yes", "awk", "chmod", "chown", "cut", "du", "traceroute", "uptime", "usleep", "nproc"],
] as const;

/** What `/` answers: which pod this is and who asked; httpd runs it for a folder without an index.html. */
const echoScript = `#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
printf 'hostname=%s\\nclient=%s\\nmethod=%s\\npath=%s\\n' "$(hostname)" "$REMOTE_ADDR" "$REQUEST_METHOD" "$REQUEST_URI"
`;

/**
 * A workload for labs and tests: a shell, and an HTTP server that answers with its hostname. It stands on the base
 * layer: a static glibc program crashes when it resolves a name where there is no libc to load.
 */
export function busyboxLayer(busybox: DebianPackage): LayerSource {
  return {
    name: "busybox",
    key: `${busybox.version} ${applets.join(" ")} ${echoScript}`,
    entries: async () => {
      const { packageFiles } = await import("../debian/package-files.ts");
      const program = await packageFiles(busybox, (path) => /^(usr\/)?bin\/busybox$/.test(path));
      return [...program.map((entry) => ({ ...entry, path: "usr/bin/busybox" })), ...surroundings];
    },
  };
}

const surroundings: readonly TarEntry[] = [
  ...applets.map((name): TarEntry => ({ kind: "symlink", path: `usr/bin/${name}`, target: "busybox" })),
  textFile("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"),
  textFile("www/cgi-bin/index.cgi", echoScript, 0o755),
];
