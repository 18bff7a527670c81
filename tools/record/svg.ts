import type { Screen } from "./asciicast.ts";
import type { Line } from "./line.ts";

const lineHeight = 16;
const charWidth = 7.25;
const padding = 12;
/** How long the last screen stays before the session begins anew. */
const restMs = 8_000;

/** The session as an animated picture: lines appear at their times and scroll up once the screen is full. */
export function sessionSvg(lines: readonly Line[], { columns, rows }: Screen): string {
  const totalMs = (lines.at(-1)?.atMs ?? 0) + restMs;
  const width = Math.ceil(columns * charWidth) + 2 * padding;
  const height = rows * lineHeight + 2 * padding;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>
text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #d6deeb; white-space: pre; }
.command { fill: #7fdbca; font-weight: bold; }
/* Where nothing is animated, the last screen stands. */
.scroll { ${shifted(rows - lines.length)}; animation: scroll ${totalMs}ms step-end infinite; }
@keyframes scroll {
${scrollFrames(lines, rows, totalMs)}
}
</style>
<rect width="100%" height="100%" rx="8" fill="#011627"/>
<svg x="${padding}" y="${padding}" width="${width - 2 * padding}" height="${rows * lineHeight}"><g class="scroll">
${lines.map(({ text }, index) => textElement(text.slice(0, columns), index)).join("\n")}
</g></svg>
</svg>
`;
}

/** One frame for each line that is written: the text stands so that it is the last one to be seen. */
function scrollFrames(lines: readonly Line[], rows: number, totalMs: number): string {
  const percent = (atMs: number) => ((atMs / totalMs) * 100).toFixed(3);
  const frames = lines.map(({ atMs }, index) => `${percent(atMs)}% { ${shifted(rows - index - 1)} }`);
  return [`0% { ${shifted(rows)} }`, ...frames, `100% { ${shifted(rows - lines.length)} }`].join("\n");
}

function shifted(lineCount: number): string {
  return `transform: translateY(${lineCount * lineHeight}px)`;
}

function textElement(text: string, index: number): string {
  const kind = text.startsWith("$ ") ? ' class="command"' : "";
  return `<text y="${(index + 1) * lineHeight - 4}"${kind}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
