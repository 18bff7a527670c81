import { OncePerKey } from "./once-per-key.ts";
import type { Surroundings } from "./surroundings.ts";

/** The same surroundings, whose prompt asks each question once and one after the other. */
export function askedOnce(around: Surroundings): Surroundings {
  const { prompt } = around;
  if (!prompt) return around;
  const answers = new OncePerKey<string>();
  let last: Promise<unknown> = Promise.resolve();
  const ask = (question: string): Promise<string> => {
    const answer = last.then(() => prompt(question));
    last = answer.catch(() => undefined);
    return answer;
  };
  return { ...around, prompt: (question) => answers.get(question, () => ask(question)) };
}
