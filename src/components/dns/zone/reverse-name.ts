import { isIPv6 } from "node:net";

/** The address of a name below in-addr.arpa or ip6.arpa (RFC 1035, section 3.5; RFC 3596, section 2.5), or undefined. */
export function addressOfReverseName(name: string): string | undefined {
  const v4 = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name)?.[1];
  if (v4) return v4.split(".").slice(0, 4).toReversed().join(".");
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  if (!v6) return undefined;
  const digits = v6.split(".").slice(0, 32).toReversed().join("");
  return shortestIpv6(digits.match(/.{4}/g) ?? []);
}

/** RFC 5952 form, as Kubernetes writes addresses. */
function shortestIpv6(groups: readonly string[]): string | undefined {
  const plain = groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":");
  const longest = [...plain.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)]
    .map(([zeros]) => zeros)
    .sort((a, b) => b.length - a.length)[0];
  const short =
    longest === undefined
      ? plain
      : plain
          .replace(longest, ":")
          .replace(/^:(?!:)/, "::")
          .replace(/(?<!:):$/, "::");
  return isIPv6(short) ? short : undefined;
}
