import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  fingerprint,
  judgeHostKey,
  keyTypeOf,
  knownHostsLine,
  knownHostsName,
  parseKnownHosts,
  recordedKeyTypes,
} from "../../../../src/hosts/ssh/host-key/known-hosts.ts";

/** A key blob of a type; what follows the type does not matter here. */
function key(type: string, rest = "abc"): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(rest)]);
}
const ed25519 = key("ssh-ed25519");
const line = (hosts: string, blob: Buffer, marker = ""): string =>
  `${marker}${hosts} ${keyTypeOf(blob)} ${blob.toString("base64")} comment\n`;
const judge = (text: string, name: string, shown = ed25519) => judgeHostKey(parseKnownHosts(text), name, shown).kind;

test.each([
  ["a plain name", "cp1,10.0.0.1", "cp1"],
  ["one of several names", "cp1,10.0.0.1", "10.0.0.1"],
  ["a port other than 22", "[cp1]:2222", "[cp1]:2222"],
  ["a wildcard", "*.example.org", "cp1.example.org"],
  ["a question mark", "cp?", "cp1"],
  ["letters of either case", "CP1", "cp1"],
])("a key on record under %s is known", (_what, hosts, name) => {
  expect(judge(line(hosts, ed25519), name)).toBe("known");
});

test.each([
  ["another name", "cp2", "cp1"],
  ["the name without its port", "cp1", "[cp1]:2222"],
  ["a pattern that is denied", "*,!cp1", "cp1"],
  ["a dot that is no wildcard", "cp1.example.org", "cp1xexample.org"],
  ["brackets that are no character class", "[c]:p1", "c:p1"],
])("a key on record under %s is unknown", (_what, hosts, name) => {
  expect(judge(line(hosts, ed25519), name)).toBe("unknown");
});

test("names that ssh-keygen hashed are found", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-known-"));
  try {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")], { timeout: 20_000 });
    const [type, blob = ""] = readFileSync(join(folder, "key.pub"), "utf8").split(" ");
    const path = join(folder, "known_hosts");
    writeFileSync(path, `cp1 ${type} ${blob}\n[cp2]:2222 ${type} ${blob}\n`);
    execFileSync("ssh-keygen", ["-H", "-f", path], { stdio: "ignore", timeout: 20_000 });
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(/^\|1\|/);
    const shown = Buffer.from(blob, "base64");
    expect(judge(text, "cp1", shown)).toBe("known");
    expect(judge(text, "[cp2]:2222", shown)).toBe("known");
    expect(judge(text, "cp2", shown)).toBe("unknown");
    const printed = execFileSync("ssh-keygen", ["-l", "-f", join(folder, "key.pub")], { timeout: 20_000 }).toString();
    expect(printed).toContain(` ${fingerprint(shown)} `);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("another key of the same type has changed, and the verdict points at the line on record", () => {
  const text = `# comment\n${line("cp1", key("ecdsa-sha2-nistp256"))}${line("cp1", key("ssh-ed25519", "old"))}`;
  expect(judgeHostKey(parseKnownHosts(text), "cp1", ed25519)).toMatchObject({ kind: "changed", entry: { line: 3 } });
});

test("a key of a type that is not on record is a change too when other types are", () => {
  expect(judge(line("cp1", key("ssh-rsa")), "cp1")).toBe("changed");
});

test("a revoked key is refused even when it is also on record", () => {
  expect(judge(line("cp1", ed25519) + line("*", ed25519, "@revoked "), "cp1")).toBe("revoked");
});

test("a certificate authority's line makes no host known", () => {
  expect(judge(line("cp1", ed25519, "@cert-authority "), "cp1")).toBe("unknown");
});

test("broken lines are passed over", () => {
  expect(parseKnownHosts("\n#x y z\ncp1\ncp1 ssh-ed25519\n@odd cp1 ssh-ed25519 AAAA\n")).toEqual([]);
});

test("the types on record come in the file's order, each once", () => {
  const text = [key("ssh-rsa"), ed25519, key("ssh-rsa", "2")].map((blob) => line("cp1", blob)).join("");
  expect(recordedKeyTypes(parseKnownHosts(text), "cp1")).toEqual(["ssh-rsa", "ssh-ed25519"]);
});

test("a recorded line is known afterwards, with and without a port", () => {
  for (const port of [22, 2222]) {
    const name = knownHostsName("CP1", port);
    expect(judge(knownHostsLine(name, ed25519), name)).toBe("known");
  }
});
