import { mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Modules } from "../../../local/simulation/sandbox/modules.ts";

/** Writes the files and loads the first. */
async function load(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "modules-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const modules = new Modules({ answer: 42 }, (name) => createRequire(import.meta.url)(name));
  return await modules.import(join(folder, Object.keys(files)[0]!));
}

test("every form of import and export keeps its meaning", async () => {
  const loaded = await load({
    "main.mjs": `import whole, { a as first, b as second } from "./named.mjs"; import * as all from "./named.mjs"
import path, { join } from 'node:path'; import "./silent.mjs"; import common, { three } from "./common.cjs";
export * from "./named.mjs"; export * as named from "./named.mjs"; export { a as renamed } from "./named.mjs";
export const list = [whole, first, second, all.a, join("x", "y"), path.sep.length, common.three, three], other = 1;
export function declared() { return later; }
export default class Named {}
let later = "later"; export { later as "odd name" };
export const lazy = (await import("./named.mjs")).a;
export const where = import.meta.filename.endsWith("main.mjs") && import.meta.url.startsWith("file:");`,
    "named.mjs": "export const a = 'A'; const b = 'B'; export { b }; export default 'default';",
    "silent.mjs": "globalThis.silent = true;",
    "common.cjs": "exports.three = require('node:util').format('%d', 3);",
  });
  expect(loaded.list).toEqual(["default", "A", "B", "A", join("x", "y"), 1, "3", "3"]);
  expect(loaded).toMatchObject({ other: 1, a: "A", b: "B", renamed: "A", lazy: "A", where: true });
  expect((loaded.named as { a: string }).a).toBe("A");
  expect((loaded.declared as () => string)()).toBe("later");
  expect(loaded["odd name"]).toBe("later");
  expect((loaded.default as { name: string }).name).toBe("Named");
});

test("what a module imports it may export, also after other uses of the word import", async () => {
  const loaded = await load({
    "main.mjs": `const here = import.meta.url; const lazy = import("./named.mjs");
import whole, { a as first } from "./named.mjs"; import * as all from "./named.mjs";
export { whole, first as renamed, all, here };`,
    "named.mjs": "export const a = 'A'; export default 'default';",
  });
  expect(loaded).toMatchObject({ whole: "default", renamed: "A", all: { a: "A" } });
  expect(loaded.here).toContain("main.mjs");
});

test("anonymous defaults, and words in texts and comments that look like statements", async () => {
  const loaded = await load({
    "main.mjs": `// import x from "nowhere"
const text = "export const no = 1; import('nowhere')"; const pattern = /import "x"/;
export default async (given) => [given, text.length, pattern.source, answer];`,
  });
  expect(await (loaded.default as (given: number) => Promise<unknown>)(1)).toEqual([1, 38, 'import "x"', 42]);
  expect(Object.keys(loaded)).toEqual(["default"]);
});

test("code may declare for itself what is given to it", async () => {
  const loaded = await load({ "main.mjs": "const answer = 1; export { answer };" });
  expect(loaded.answer).toBe(1);
});
