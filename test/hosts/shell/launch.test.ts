import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { launchCommand, scriptLine } from "../../../src/hosts/shell/launch.ts";

/** A shell that waits for more would hold up the whole suite. */
const timeout = 20_000;
const shells = ["dash", "bash"];
const scripts = {
  "several lines": "echo a\necho b\n",
  "backslashes, as they stand": `printf '%s\\n' 'a\\nb' 'c\\\\d' '\\0101' '\\c' 'e\\'\n`,
  "percent signs and quotes": `printf '%s' '100% "x" $HOME \`y\`'`,
  "words beyond ASCII": "printf %s 'grüße – 世界'",
};

test.each(Object.entries(scripts))("a script of %s reaches the shell as it is", (_, script) => {
  const command = launchCommand({ kind: "none" });
  for (const shell of shells) {
    const direct = execFileSync(shell, ["-c", script], { encoding: "utf8", timeout });
    const input = `noise\n${scriptLine(script)}rest of stdin`;
    const launched = execFileSync(shell, ["-c", command.replace("sh -c", `${shell} -c`)], {
      input,
      encoding: "utf8",
      timeout,
    });
    expect(launched).toBe(direct);
  }
});

test("a script finds on its stdin what stands behind its line, and a line cut short is never run", () => {
  const command = launchCommand({ kind: "none" });
  expect(execFileSync("sh", ["-c", command], { input: `${scriptLine("cat")}rest\n`, encoding: "utf8", timeout })).toBe(
    "rest\n",
  );
  const cut = scriptLine("echo ran").slice(0, -1);
  expect(execFileSync("sh", ["-c", `${command} || echo none`], { input: cut, encoding: "utf8", timeout })).toBe(
    "none\n",
  );
});
