import type { ProxyWish, RuntimeWish } from "../runtime-wish.ts";

export const dropInPath = "/etc/systemd/system/containerd.service.d/10-slipway.conf";

/** A drop-in for containerd's unit: proxy and limits; undefined when there is nothing to say. */
export function containerdDropIn({ proxy, openFiles }: Pick<RuntimeWish, "proxy" | "openFiles">): string | undefined {
  const lines = [...(proxy ? proxyLines(proxy) : []), ...(openFiles ? [`LimitNOFILE=${openFiles}`] : [])];
  return lines.length > 0 ? `[Service]\n${lines.join("\n")}\n` : undefined;
}

function proxyLines({ http, https, noProxy }: ProxyWish): readonly string[] {
  return [
    ...(http ? [environment("HTTP_PROXY", http)] : []),
    ...(https ? [environment("HTTPS_PROXY", https)] : []),
    environment("NO_PROXY", noProxy.join(",")),
  ];
}

/** systemd expands % itself, so that a password with one needs two (systemd.unit(5), specifiers). */
function environment(name: string, value: string): string {
  return `Environment="${name}=${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;
}

/** The unit for a containerd from a release archive, after the one that the project ships. */
export const containerdUnit = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target local-fs.target

[Service]
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;
