import { type Plugin, type Query, reply } from "../message.ts";
import { answerFromZone, type ZoneOptions } from "../zone/kubernetes-zone.ts";
import type { ServiceIndex } from "../zone/service-index.ts";

/** Serves the cluster's names from the latest index; SERVFAIL until there is one. */
export function kubernetes(index: () => ServiceIndex | undefined, options: ZoneOptions): Plugin {
  return (next) => {
    const ask = async (query: Query, depth = 0): Promise<ReturnType<typeof reply>> => {
      const current = index();
      if (!current) return reply("SERVFAIL");
      const answer = answerFromZone(query, current, options);
      if (answer.kind === "next") return next(query);
      if (answer.kind === "reply") return answer.reply;
      const target =
        depth < 8 ? await ask({ ...query, name: answer.target.toLowerCase() }, depth + 1) : reply("SERVFAIL");
      return reply("NOERROR", { authoritative: true, answers: [answer.record, ...target.answers] });
    };
    return (query) => {
      const current = index();
      const answer = current ? answerFromZone(query, current, options) : undefined;
      return answer?.kind === "reply" ? answer.reply : ask(query);
    };
  };
}
