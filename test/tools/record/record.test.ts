import { describe, expect, it } from "vitest";
import { asciicast } from "../../../tools/record/asciicast.ts";
import { withShortPauses } from "../../../tools/record/line.ts";
import { sessionSvg } from "../../../tools/record/svg.ts";

const lines = [
  { atMs: 0, text: "$ slipway apply" },
  { atMs: 500, text: "cp1: <certs> & more" },
  { atMs: 10_500, text: "done" },
];
const screen = { columns: 40, rows: 2 };

describe("withShortPauses", () => {
  it("cuts long pauses and leaves short ones, also for what follows", () => {
    expect(withShortPauses([...lines, { atMs: 10_600, text: "" }], 1_000).map(({ atMs }) => atMs)).toEqual([
      0, 500, 1_500, 1_600,
    ]);
  });
});

describe("asciicast", () => {
  it("writes a header and one output event a line, times in seconds", () => {
    const [header, ...events] = asciicast(lines, screen, "a run")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(header).toMatchObject({ version: 2, width: 40, height: 2, title: "a run" });
    expect(events[1]).toEqual([0.5, "o", "cp1: <certs> & more\r\n"]);
  });
});

describe("sessionSvg", () => {
  it("shows every line, escaped, and marks commands", () => {
    const svg = sessionSvg(lines, screen);
    expect(svg).toContain("cp1: &lt;certs&gt; &amp; more");
    expect(svg).toContain('class="command">$ slipway apply</text>');
  });

  it("scrolls so that the line just written is the last one on the screen", () => {
    const frames = [...sessionSvg(lines, screen).matchAll(/% { transform: translateY\((-?\d+)px\) }/g)].map(
      ([, y]) => y,
    );
    expect(frames).toEqual(["32", "16", "0", "-16", "-16"]);
  });
});
