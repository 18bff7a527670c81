import type { KubeProxyConfiguration } from "../../../config/kube-proxy/kube-proxy-configuration.ts";

/** Gates that say what is the case here anyway. */
const knownGates = ["NFTablesProxyMode"];
const localModes = ["", "ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"];

/** What a configuration asks for that this kube-proxy does not do, each with its field's name; empty when it can serve it. */
export function refusals(config: KubeProxyConfiguration): readonly string[] {
  const { mode, detectLocalMode, detectLocal, clientConnection, logging, nftables } = config;
  const gates = Object.entries(config.featureGates).filter(([gate, on]) => on && !knownGates.includes(gate));
  const { masqueradeBit } = nftables;
  return [
    check(mode === "" || mode === "nftables", modeRefusal(mode)),
    check(clientConnection.kubeconfig !== "", "clientConnection.kubeconfig: is required"),
    check(
      localModes.includes(detectLocalMode),
      `detectLocalMode: ${detectLocalMode} is none of ${localModes.slice(1).join(", ")}`,
    ),
    check(
      detectLocalMode !== "BridgeInterface" || detectLocal.bridgeInterface !== "",
      "detectLocal.bridgeInterface: is required with detectLocalMode BridgeInterface",
    ),
    check(
      detectLocalMode !== "InterfaceNamePrefix" || detectLocal.interfaceNamePrefix !== "",
      "detectLocal.interfaceNamePrefix: is required with detectLocalMode InterfaceNamePrefix",
    ),
    check(
      masqueradeBit === undefined || (masqueradeBit >= 0 && masqueradeBit <= 31),
      `nftables.masqueradeBit: ${masqueradeBit} is not between 0 and 31`,
    ),
    check(["", "text"].includes(logging.format ?? ""), `logging.format: ${logging.format} is not served; use text`),
    check(!config.enableProfiling, "enableProfiling: Go's profiles are not served"),
    check(config.showHiddenMetricsForVersion === "", "showHiddenMetricsForVersion: no metric is hidden"),
    check(!config.windowsRunAsService, "windowsRunAsService: only Linux is served"),
    ...gates.map(([gate]) => `featureGates.${gate}: is not known`),
  ].filter((text) => text !== undefined);
}

function modeRefusal(mode: string): string {
  return `mode: ${mode} is not served by this kube-proxy; set it to nftables or leave it empty, or run the upstream image of kube-proxy`;
}

function check(holds: boolean, otherwise: string): string | undefined {
  return holds ? undefined : otherwise;
}
