import { cidrContains, parseCidr } from "./cidr.ts";
import { parseIp } from "./ip-address.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that an https request to this host and port takes by an environment, if any: the rules of Go's
 * golang.org/x/net/http/httpproxy, which Kubernetes' components go by. Nothing local is asked through a proxy.
 */
export function httpsProxyFor(environment: Environment, host: string, port = 443): string | undefined {
  const proxy = environment.HTTPS_PROXY || environment.https_proxy;
  const address = parseIp(host);
  const isLocal =
    host === "localhost" || (address !== undefined && loopbacks.some((net) => net && cidrContains(net, address)));
  if (!proxy || isLocal) return undefined;
  const exceptions = (environment.NO_PROXY || environment.no_proxy || "")
    .split(",")
    .map((one) => one.trim().toLowerCase());
  return exceptions.some((one) => one !== "" && covers(one, host.toLowerCase(), port)) ? undefined : proxy;
}

const loopbacks = [parseCidr("127.0.0.0/8"), parseCidr("::1/128")];

/** An exception is `*`, a network, an address or a domain with those below it; the last two may name a port. */
function covers(exception: string, host: string, port: number): boolean {
  if (exception === "*") return true;
  const address = parseIp(host);
  const network = parseCidr(exception);
  if (network) return address !== undefined && cidrContains(network, address);
  const [, name = exception, onlyPort] =
    /^\[?(.*?)\]?(?::(\d+))?$/.exec(parseIp(exception) ? `[${exception}]` : exception) ?? [];
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
  if (address) return parseIp(name)?.value === address.value;
  const domain = name.replace(/^\*(?=\.)/, "");
  return domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}
