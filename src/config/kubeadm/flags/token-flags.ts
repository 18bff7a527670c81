import { type Issue, judged, type Parsed, type Report } from "../../issue.ts";
import { type BootstrapToken, bootstrapToken } from "../bootstrap-token.ts";
import { checkerFor } from "../validate/checker.ts";
import { checkBootstrapToken } from "../validate/init-configuration.ts";

/** The flags of `token create` as an entry of bootstrapTokens, held to the same rules. */
export function bootstrapTokenFromFlags(flags: {
  readonly token: string;
  readonly ttl: string;
  readonly usages: readonly string[];
  readonly groups: readonly string[];
  readonly description: string;
}): Parsed<BootstrapToken> {
  const { token, ttl, description } = flags;
  const [usages, groups] = [flags.usages, flags.groups].map((list) =>
    list.flatMap((one) => one.split(",")).filter(Boolean),
  );
  const issues: Issue[] = [];
  const report: Report = (issue) => issues.push(issue);
  const decoded = bootstrapToken.decode({ token, ttl, description, usages, groups }, "", report);
  checkBootstrapToken("", decoded, checkerFor(report));
  return judged(decoded, issues, false);
}
