import { list, map, struct } from "../shape/compound.ts";
import { logging } from "../shape/logging.ts";
import { bool, duration, explicitBool, float, int, string } from "../shape/scalar.ts";
import { always, optional, type Typed } from "../shape/shape.ts";

export const kubeProxyApiVersion = "kubeproxy.config.k8s.io/v1alpha1";

const text = always(string());
const flag = always(bool());
const pointerToInt = always(optional(int()));

const ipvs = struct({
  syncPeriod: duration(),
  minSyncPeriod: duration(),
  scheduler: text,
  excludeCIDRs: always(list(string())),
  strictARP: flag,
  tcpTimeout: duration(),
  tcpFinTimeout: duration(),
  udpTimeout: duration(),
});

const conntrack = struct({
  maxPerCore: pointerToInt,
  min: pointerToInt,
  tcpEstablishedTimeout: always(optional(duration())),
  tcpCloseWaitTimeout: always(optional(duration())),
  tcpBeLiberal: flag,
  udpTimeout: duration(),
  udpStreamTimeout: duration(),
});

const winkernel = struct({
  networkName: text,
  sourceVip: text,
  enableDSR: flag,
  rootHnsEndpointName: text,
  forwardHealthCheckVip: flag,
});

const rules = { masqueradeBit: pointerToInt, masqueradeAll: flag, syncPeriod: duration(), minSyncPeriod: duration() };

/** kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration with Go's zero values; kube-proxy's own defaults come later. */
export const kubeProxyConfiguration = struct(
  {
    featureGates: map(explicitBool(false)),
    clientConnection: struct({
      kubeconfig: text,
      acceptContentTypes: text,
      contentType: text,
      qps: always(float()),
      burst: always(int()),
    }),
    logging,
    hostnameOverride: text,
    bindAddress: text,
    healthzBindAddress: text,
    metricsBindAddress: text,
    bindAddressHardFail: flag,
    enableProfiling: flag,
    showHiddenMetricsForVersion: text,
    mode: text,
    iptables: struct({ ...rules, localhostNodePorts: always(optional(bool())) }),
    ipvs,
    nftables: struct(rules),
    winkernel,
    detectLocalMode: text,
    detectLocal: struct({ bridgeInterface: text, interfaceNamePrefix: text }),
    clusterCIDR: text,
    nodePortAddresses: always(list(string())),
    oomScoreAdj: pointerToInt,
    conntrack,
    configSyncPeriod: duration(),
    portRange: text,
    windowsRunAsService: bool(),
  },
  ["apiVersion", "kind"],
);
export type KubeProxyConfiguration = Typed<typeof kubeProxyConfiguration>;
