import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exitCodes } from "../../src/base/errors.ts";

const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(root, "docs/errors.md"), "utf8");

/** Words in upper snake case that are no codes of ours: statuses of gRPC and HTTP/2, errors of Node, problems of a configuration. */
const foreign = new Set([
  ...["INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED"],
  ...["FAILED_PRECONDITION", "OUT_OF_RANGE", "DATA_LOSS"],
  ...["ERR_HTTP2_STREAM_ERROR", "ERR_HTTP2_INVALID_SESSION", "ERR_HTTP2_GOAWAY_SESSION", "NGHTTP2_REFUSED_STREAM"],
  ...["EAI_AGAIN", "SSH_AUTH_SOCK"],
  ...["UNKNOWN_FIELD", "WRONG_TYPE", "INVALID_VALUE", "WRONG_KIND", "UNUSED_DOCUMENT", "UNUSUAL_VALUE"],
]);

/** Codes in files that throw SlipwayErrors: what `code:` names, and words in upper snake case. */
function codesIn(source: string): string[] {
  if (!/SlipwayError|pkiError/.test(source)) return [];
  const named = [...source.matchAll(/(?<!\w)code: "([A-Z][A-Z0-9_]+)",\s*exit:/g)];
  const words = [...source.matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g)];
  return [...named, ...words].flatMap(([, code]) => code ?? []).filter((code) => !foreign.has(code));
}

const sources = globSync("src/**/*.ts", { cwd: root }).filter((file) => !file.endsWith(".gen.ts"));
const inSources = new Set([
  ...sources.flatMap((file) => codesIn(readFileSync(join(root, file), "utf8"))),
  "ABORTED", // a status of gRPC as well, so written as a variable
]);
const inPage = new Set([...page.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].flatMap(([, code]) => code ?? []));

it("documents every error code of the sources", () => {
  expect([...inSources].filter((code) => !inPage.has(code))).toEqual([]);
});

it("documents no code that the sources don't have", () => {
  expect([...inPage].filter((code) => !inSources.has(code))).toEqual([]);
});

it("documents every exit code", () => {
  const rows = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(rows).toEqual(Object.values(exitCodes));
});
