import type { Plugin, Reply } from "../message.ts";

/** Turns the order of address records by one at each answer, so that clients that take the first spread. */
export function loadbalance(): Plugin {
  let turn = 0;
  return (next) => {
    const rotate = (given: Reply): Reply => {
      if (given.answers.length < 2) return given;
      const addresses = given.answers.filter(({ type }) => type === "A" || type === "AAAA");
      const others = given.answers.filter(({ type }) => type !== "A" && type !== "AAAA");
      const start = addresses.length > 0 ? turn++ % addresses.length : 0;
      return { ...given, answers: [...others, ...addresses.slice(start), ...addresses.slice(0, start)] };
    };
    return (query) => {
      const given = next(query);
      return given instanceof Promise ? given.then(rotate) : rotate(given);
    };
  };
}
