import type { RuntimeWish } from "../runtime-wish.ts";

export const dropInPath = "/etc/systemd/system/containerd.service.d/10-slipway.conf";

/** A drop-in for containerd's unit with its limits; undefined when there is nothing to say. */
export function containerdDropIn({ openFiles }: Pick<RuntimeWish, "openFiles">): string | undefined {
  return openFiles ? `[Service]\nLimitNOFILE=${openFiles}\n` : undefined;
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
