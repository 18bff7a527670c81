import type { Family } from "./base-table.ts";
import type { LocalMatch } from "./local-match.ts";

export type RulesetOptions = {
  readonly family: Family;
  /** How this cluster's own pods are known: others reach cluster addresses masqueraded. Absent: nobody is known. */
  readonly local: LocalMatch | undefined;
  readonly masqueradeAll: boolean;
  /** The node's addresses that take node ports. */
  readonly nodePortIps: readonly string[];
};
