import { parseDuration } from "../../../base/duration.ts";
import type { KubeProxyConfiguration } from "../../../config/kube-proxy/kube-proxy-configuration.ts";

/** What is asked of the kernel's connection tracking; absent leaves the kernel's value alone. */
export type ConntrackSettings = {
  readonly maxPerCore: number;
  readonly min: number;
  readonly tcpEstablishedSeconds: number;
  readonly tcpCloseWaitSeconds: number;
  readonly udpSeconds: number;
  readonly udpStreamSeconds: number;
  readonly tcpBeLiberal: boolean;
};

/** A kernel setting below /proc/sys, e.g. `net/netfilter/nf_conntrack_max`. */
/** `isLeast`: never lowered. */
export type Sysctl = { readonly path: string; readonly value: number; readonly isLeast: boolean };

/** With the defaults of pkg/proxy/apis/config/v1alpha1/defaults.go; 0 means: leave alone. */
export function conntrackSettings(given: KubeProxyConfiguration["conntrack"]): ConntrackSettings {
  return {
    maxPerCore: given.maxPerCore ?? 32_768,
    min: given.min ?? 131_072,
    tcpEstablishedSeconds: seconds(given.tcpEstablishedTimeout, 86_400),
    tcpCloseWaitSeconds: seconds(given.tcpCloseWaitTimeout, 3_600),
    udpSeconds: seconds(given.udpTimeout, 0),
    udpStreamSeconds: seconds(given.udpStreamTimeout, 0),
    tcpBeLiberal: given.tcpBeLiberal,
  };
}

/** The sysctls that bring the settings about on a machine of so many cores (cmd/kube-proxy/app/conntrack.go). */
export function conntrackSysctls(settings: ConntrackSettings, cores: number): readonly Sysctl[] {
  const max = settings.maxPerCore === 0 ? 0 : Math.max(settings.min, settings.maxPerCore * cores);
  return [
    sysctl("net/netfilter/nf_conntrack_max", max, true),
    sysctl("net/netfilter/nf_conntrack_tcp_timeout_established", settings.tcpEstablishedSeconds),
    sysctl("net/netfilter/nf_conntrack_tcp_timeout_close_wait", settings.tcpCloseWaitSeconds),
    sysctl("net/netfilter/nf_conntrack_udp_timeout", settings.udpSeconds),
    sysctl("net/netfilter/nf_conntrack_udp_timeout_stream", settings.udpStreamSeconds),
    sysctl("net/netfilter/nf_conntrack_tcp_be_liberal", settings.tcpBeLiberal ? 1 : 0),
  ].filter(({ value }) => value > 0);
}

function sysctl(path: string, value: number, isLeast = false): Sysctl {
  return { path, value, isLeast };
}

function seconds(duration: string | undefined, otherwise: number): number {
  return duration === undefined ? otherwise : Math.round((parseDuration(duration) ?? 0) / 1_000);
}
