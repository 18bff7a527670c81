import { describe, expect, it } from "vitest";
import {
  mirrorSettings,
  parseDeb822,
  parseSourcesList,
  sourceLine,
  sourcesOf,
  sourcesOfOther,
} from "../../../src/runtime/debian/apt-sources.ts";

describe("apt's sources", () => {
  it("reads one-line entries, without options, comments and sources", () => {
    const text = `# deb http://old.example/debian bookworm main
deb [signed-by=/k.gpg arch=amd64] http://one.example/debian bookworm main contrib # mine
deb-src http://one.example/debian bookworm main
`;
    expect(parseSourcesList(text)).toEqual([
      { uri: "http://one.example/debian", suite: "bookworm", components: ["main", "contrib"] },
    ]);
  });

  it("reads deb822 stanzas, every URI with every suite, not the disabled", () => {
    const text = `Types: deb
# a comment
URIs: http://one.example/debian
  http://two.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;
    expect(parseDeb822(text).map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      "http://one.example/debian bookworm",
      "http://one.example/debian bookworm-updates",
      "http://two.example/debian bookworm",
      "http://two.example/debian bookworm-updates",
    ]);
  });

  it("keeps those of a release: suite, updates and security, not what others publish for it", () => {
    const source = (suite: string) => ({ uri: "http://one.example", suite, components: ["main"] });
    const all = ["bookworm", "bookworm-security", "cloud-bookworm", "bookworm-backports", "trixie"].map(source);
    expect(sourcesOf("bookworm", all).map(({ suite }) => suite)).toEqual(["bookworm", "bookworm-security"]);
    expect(sourceLine(source("bookworm"))).toBe("deb http://one.example bookworm main");
  });

  it("finds another release where the machine's own comes from", () => {
    const sources = ["trixie", "trixie-updates", "trixie-security", "trixie-backports", "noble", "sid"].map(
      (suite) => ({
        ...{ uri: `http://${suite}.example`, suite },
        components: ["main"],
      }),
    );
    const found = (own: string) => sourcesOfOther("bookworm", own, sources).map(sourceLine);
    expect(found("trixie")).toEqual([
      "deb http://trixie.example bookworm main",
      "deb http://trixie-updates.example bookworm-updates main",
      "deb http://trixie-security.example bookworm-security main",
      "deb http://sid.example bookworm main",
    ]);
    expect(found("forky")).toEqual(["deb http://sid.example bookworm main"]);
  });

  it("keeps of apt's settings those that the mirror needs", () => {
    const dump = `APT::Architecture "amd64";
Acquire::Check-Valid-Until "false";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::Languages:: "none";
`;
    expect(mirrorSettings(dump)).toEqual([
      'Acquire::Check-Valid-Until "false";',
      'Acquire::http::Proxy "http://proxy.example:3128";',
    ]);
  });
});
