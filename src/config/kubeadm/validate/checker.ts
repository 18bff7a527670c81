import type { Report } from "../../issue.ts";
import { show } from "../../shape/scalar.ts";
import type { Rule } from "./value-rules.ts";

/** Holds values to rules and reports under a path what they break. */
export type Checker = {
  readonly check: <T>(path: string, value: T, rule: Rule<T>) => void;
  readonly checkEach: <T>(path: string, values: readonly T[], rule: Rule<T>) => void;
  /** Reports outright. */
  readonly refuse: (path: string, message: string) => void;
  readonly warn: (path: string, message: string) => void;
};

export function checkerFor(report: Report): Checker {
  const refuse = (path: string, message: string) => report({ path, code: "INVALID_VALUE", message });
  const check: Checker["check"] = (path, value, rule) => {
    const broken = rule(value);
    if (broken) refuse(path, isSecret(path) ? broken : `${show(value)}: ${broken}`);
  };
  return {
    check,
    checkEach: (path, values, rule) => {
      for (const [index, value] of values.entries()) check(`${path}[${index}]`, value, rule);
    },
    refuse,
    warn: (path, message) => report({ path, code: "UNUSUAL_VALUE", message }),
  };
}

/** Tokens and keys are not repeated in messages. */
function isSecret(path: string): boolean {
  return /(?:[tT]oken|certificateKey)$/.test(path);
}
