import type { Phase } from "../engine/phase.ts";
import type { Resource } from "../engine/resource.ts";
import { directory } from "../engine/resources/directory.ts";
import { file } from "../engine/resources/file.ts";
import { systemdUnit } from "../engine/resources/systemd-unit.ts";
import { type HostSettingsContext, settingsOf } from "./host-settings-context.ts";

type Environment = Readonly<Record<string, string>>;

const services = ["containerd", "kubelet"] as const;

/** A host's variables for the container runtime, the kubelet and apt; the services see them when they next start. */
export const environment: Phase<HostSettingsContext> = {
  id: "environment",
  title: "Set the environment of services",
  dependsOn: ["preflight"],
  prunes: true,
  appliesTo: ({ hostSettings }) => hostSettings !== undefined,
  resources: (context, target) => {
    const variables = settingsOf(context, target)?.environment ?? {};
    if (Object.keys(variables).length === 0) return [];
    const proxies = aptProxies(variables);
    return [
      ...services.flatMap((name) => [
        directory(`/etc/systemd/system/${name}.service.d`),
        environmentDropIn(name, variables),
      ]),
      ...(proxies ? [file("/etc/apt/apt.conf.d/90slipway-proxy", { content: proxies })] : []),
    ];
  },
};

/** A service's variables as a drop-in of its unit; the service restarts on it. */
export function environmentDropIn(service: string, variables: Environment): Resource {
  return systemdUnit(`${service}.service.d/20-slipway-environment.conf`, serviceEnvironment(variables));
}

/** systemd.exec(5): values in double quotes, `%` doubled, as it begins a specifier. */
export function serviceEnvironment(variables: Environment): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    const escaped = value.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%");
    return `Environment="${name}=${escaped}"`;
  });
  return `[Service]\n${lines.sort().join("\n")}\n`;
}

/** apt reads proxies from the environment of its caller; this gives them to every caller. */
export function aptProxies(variables: Environment): string {
  return ["http", "https"]
    .flatMap((scheme) => {
      const proxy = variables[`${scheme}_proxy`] ?? variables[`${scheme.toUpperCase()}_PROXY`];
      return proxy ? [`Acquire::${scheme}::Proxy "${proxy}";\n`] : [];
    })
    .join("");
}
