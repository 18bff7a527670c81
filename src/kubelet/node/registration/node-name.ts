/** The node's name: the override or the host's name, in lower case without blanks (nodeutil.GetHostname). */
export function nodeName(hostnameOverride: string, hostname: string): string {
  return (hostnameOverride || hostname).trim().toLowerCase();
}
