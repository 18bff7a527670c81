/** A remembered flow of UDP packets: where they were sent, and who answers. */
export type Flow = { readonly destination: string; readonly port: number; readonly replySource: string };

/** Parses the listing of `conntrack -L -p udp`: the first tuple is the packets', the second the answers'. */
export function parseFlows(listing: string): readonly Flow[] {
  return listing.split("\n").flatMap((line) => {
    const [, destination, port, replySource] =
      /\bdst=(\S+) sport=\d+ dport=(\d+).*?\bsrc=(\S+) dst=\S+ sport=/.exec(line) ?? [];
    return destination && port && replySource ? [{ destination, port: Number(port), replySource }] : [];
  });
}
