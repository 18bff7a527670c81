import type { Facts } from "../../hosts/facts.ts";
import { cgroupDriverOf } from "../../runtime/cgroup-driver.ts";
import { containerdConfig, containerdConfigPath } from "../../runtime/containerd/config.ts";
import type { ConfigFormat } from "../../runtime/containerd/config-format.ts";
import { registryFiles } from "../../runtime/containerd/hosts-toml.ts";
import { containerdDropIn, dropInPath } from "../../runtime/containerd/unit.ts";
import type { RuntimeWish } from "../../runtime/runtime-wish.ts";
import type { Resource } from "../engine/resource.ts";
import { action } from "../engine/resources/action.ts";
import { file } from "../engine/resources/file.ts";

/** The files that containerd reads at its start; a change of one restarts it. */
export function containerdSettings(
  wish: RuntimeWish,
  { format, sandboxImage, facts }: { format: ConfigFormat; sandboxImage: string; facts: Facts },
): readonly Resource[] {
  const content = containerdConfig({
    wish,
    sandboxImage,
    format,
    cgroupDriver: cgroupDriverOf(facts),
    restrictOomScoreAdj: !facts.canLowerOomScore,
  });
  const hasCredentials = Object.values(wish.registries).some(({ credentials }) => credentials !== undefined);
  const dropIn = containerdDropIn(wish);
  return [
    file(containerdConfigPath, { content, ...(hasCredentials ? { mode: 0o600, secret: true } : {}) }),
    ...(dropIn ? [file(dropInPath, { content: dropIn })] : []),
  ];
}

/** Mirrors and authorities, which containerd reads again at each pull. */
export function registrySettings({ registries }: RuntimeWish): readonly Resource[] {
  return Object.entries(registries)
    .flatMap(([registry, wish]) => registryFiles(registry, wish))
    .map(({ path, content }) => file(path, { content }));
}

/** Keeps the configuration that stood there before ours, once. */
export function keptConfiguration(): Resource {
  const backup = `${containerdConfigPath}.before-slipway`;
  const script = `[ ! -e "$1" ] || [ -e "$2" ] || head -n 1 "$1" | grep -q "Written by slipway"`;
  return action("keep-containerd-config", {
    makes: `${backup} holds the configuration from before`,
    check: ["sh", "-c", script, "sh", containerdConfigPath, backup],
    run: [["cp", "--preserve", containerdConfigPath, backup]],
  });
}

/** Tells crictl, where it is installed, which socket to speak to. */
export function crictlSettings(socket: string): Resource {
  const endpoint = `unix://${socket}`;
  return file("/etc/crictl.yaml", {
    content: `runtime-endpoint: ${endpoint}\nimage-endpoint: ${endpoint}\ntimeout: 10\n`,
  });
}
