import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bundleProgram } from "../../../src/runtime/images/bundle-program.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-programs-"));
  await writeFile(
    join(folder, "main.ts"),
    `import { greeting } from "./greeting.ts";\nprocess.stdout.write(greeting);\n`,
  );
  await writeFile(join(folder, "greeting.ts"), `export const greeting: string = "hello";\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const bundle = async () => String(Buffer.from(await bundleProgram(join(folder, "main.ts"), join(folder, "cache"))));

it("makes one program that Node can run as a command", async () => {
  expect(await bundle()).toMatch(/^#!\/usr\/local\/bin\/node\n(.|\n)*hello/);
});

it("is made again when a source that it imports was touched, and only then", async () => {
  const first = await bundle();
  expect(await bundle()).toBe(first);
  await writeFile(join(folder, "greeting.ts"), `export const greeting: string = "good bye";\n`);
  expect(await bundle()).toContain("good bye");
});

it("is made again when a source went away, which then fails", async () => {
  await bundle();
  await rm(join(folder, "greeting.ts"));
  await expect(bundle()).rejects.toMatchObject({
    details: { code: "PROGRAM_NOT_BUILT", got: expect.stringContaining("greeting") },
  });
});

it("tells which source is broken, and where", async () => {
  await writeFile(join(folder, "greeting.ts"), "export const greeting: string =\n= 1;\n");
  await expect(bundle()).rejects.toMatchObject({
    details: {
      code: "PROGRAM_NOT_BUILT",
      tried: expect.stringContaining("main.ts"),
      got: expect.stringMatching(/greeting\.ts:2:0: Unexpected/),
    },
  });
});
