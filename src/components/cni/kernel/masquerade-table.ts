import { runCommand } from "../../../kube/program/run-command.ts";
import { type MasqueradeWish, masqueradeRules, masqueradeTable } from "../masquerade.ts";

/** Makes the table that masquerades as wished; leaves it alone when it already is. */
export async function ensureMasquerade(wish: MasqueradeWish): Promise<void> {
  const { family, name, version } = masqueradeTable(wish);
  const standing = await runCommand("nft", ["list", "table", family, name], { okExitCodes: [0, 1] });
  const isRight = standing.includes(version) && standing.includes("masquerade") && standing.includes("accept");
  if (!isRight) await runCommand("nft", ["-f", "-"], { stdin: masqueradeRules(wish) });
}
