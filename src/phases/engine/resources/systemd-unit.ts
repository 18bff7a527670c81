import type { Resource } from "../resource.ts";
import { file } from "./file.ts";

/** A unit file of the administrator's, or a drop-in as `kubelet.service.d/10-kubeadm.conf`; the service resource reloads systemd. */
export function systemdUnit(name: string, content: string): Resource {
  return file(`/etc/systemd/system/${name}`, { content });
}
