import type { Plugin } from "../message.ts";

/** Sees whether a question with a name that only we know comes back: then we forward to ourselves (CoreDNS's loop). */
export function loop(probeName: string, onLoop: () => void): Plugin {
  let seen = 0;
  return (next) => (query) => {
    if (query.type === "HINFO" && query.name === probeName && ++seen > 2) onLoop();
    return next(query);
  };
}
