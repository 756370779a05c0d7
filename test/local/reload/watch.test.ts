import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appProblem, definitionMistake } from "../../../local/reload/app-problem.ts";
import { describeProblem } from "../../../local/reload/problem.ts";
import { FileWatch } from "../../../local/reload/watch.ts";
import { keepInputs, type SynthesisInputs, unchangedInputs } from "../../../local/synthesis/inputs.ts";

let folder: string;
let watch: FileWatch;
let next: PromiseWithResolvers<string[]>;
const file = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-watch-"));
  writeFileSync(file("a.ts"), "one");
  mkdirSync(file("src"));
  next = Promise.withResolvers();
  watch = new FileWatch((paths) => {
    next.resolve(paths);
    next = Promise.withResolvers();
  });
  watch.watch([file("a.ts")], [file("src")]);
});
afterEach(() => {
  watch.close();
  rmSync(folder, { recursive: true });
});

test("a written file, and one that an editor replaces, is a change; a touched one is none", async () => {
  let change = next.promise;
  writeFileSync(file("a.ts"), "two");
  expect(await change).toEqual([file("a.ts")]);
  change = next.promise;
  utimesSync(file("a.ts"), new Date(), new Date());
  writeFileSync(file("a.ts.tmp"), "three");
  renameSync(file("a.ts.tmp"), file("a.ts"));
  expect(await change).toEqual([file("a.ts")]);
});

test("a file that is added, also in a folder that is new, is a change", async () => {
  let change = next.promise;
  writeFileSync(file("src/new.lambda.ts"), "");
  expect(await change).toEqual([file("src/new.lambda.ts")]);
  change = next.promise;
  mkdirSync(file("src/deeper"));
  expect(await change).toEqual([file("src/deeper")]);
  change = next.promise;
  writeFileSync(file("src/deeper/other.ts"), "");
  expect(await change).toEqual([file("src/deeper/other.ts")]);
});

const SETTINGS = { app: "node app.ts", context: {}, account: "0", region: "r" };
const LATER = Date.now() + 60_000;

test.each<[string, () => void, Partial<typeof SETTINGS>]>([
  ["a module has changed", () => writeFileSync(file("a.ts"), "changed"), {}],
  ["a file was added to a folder that it lists", () => writeFileSync(file("src/b.ts"), ""), {}],
  ["a file is there that it looked for", () => writeFileSync(file("cdk.context.json"), "{}"), {}],
  ["the context has changed", () => {}, { context: { a: 1 } as object }],
  ["another command runs the app", () => {}, { app: "node other.ts" }],
])("an assembly is not reused if %s", (_, change, settings) => {
  const inputs: SynthesisInputs = {
    modules: [file("a.ts")],
    main: "",
    loaded: [],
    files: [file("cdk.context.json")],
    folders: [],
    trees: [file("src")],
    copies: [],
  };
  keepInputs(folder, inputs, SETTINGS, LATER);
  expect(unchangedInputs(folder, SETTINGS)).toEqual(inputs);
  change();
  expect(unchangedInputs(folder, { ...SETTINGS, ...settings })).toBeUndefined();
});

test("an assembly is not kept whose inputs may have changed while it was synthesized", () => {
  keepInputs(
    folder,
    { modules: [file("a.ts")], main: "", loaded: [], files: [], folders: [], trees: [], copies: [] },
    SETTINGS,
    0,
  );
  expect(unchangedInputs(folder, SETTINGS)).toBeUndefined();
});

test("a mistake that is printed with its place becomes a problem with the code there, and all lines of its message", () => {
  writeFileSync(file("a.ts"), "first\nthrow here\nlast");
  const printed = `[Warning] a warning\n${file("a.ts")}:2:7: These are wrong:\n- one\n- two\n`;
  expect(describeProblem(definitionMistake(printed, "node app.ts")!, folder)).toBe(
    [
      "a.ts:2:7: These are wrong:",
      "- one",
      "- two",
      "",
      "  1 | first",
      "> 2 | throw here",
      "    |       ^",
      "  3 | last",
    ].join("\n"),
  );
  const stack = (name: string) => `${name}: no catalogue\n    at run (${file("a.ts")}:2:7)\n`;
  expect(definitionMistake(stack("Error"), "node app.ts")).toBeUndefined();
  expect(definitionMistake(stack("DefinitionError"), "node app.ts")).toMatchObject({
    message: "no catalogue",
    place: { line: 2, column: 7 },
  });
});

test("what Node.js prints of an error becomes a problem with its place in the project", () => {
  writeFileSync(file("a.ts"), "first\nthrow here\nlast");
  const printed = [
    "file:///app/node_modules/x/index.js:3",
    "",
    'DefinitionError: event has no field "idd".',
    "    at get (/app/node_modules/x/index.js:3:9)",
    `    at run (file://${file("a.ts")}:2:7)`,
    "",
  ].join("\n");
  expect(describeProblem(appProblem(printed, "node app.ts"), folder)).toBe(
    [
      'a.ts:2:7: event has no field "idd".',
      "",
      "  1 | first",
      "> 2 | throw here",
      "    |       ^",
      "  3 | last",
    ].join("\n"),
  );
  expect(appProblem("nothing of use", "node app.ts").message).toBe(
    'The CDK app "node app.ts" failed; its output is above.',
  );
});

test("a place without a column has the one that Node.js marks in the code", () => {
  writeFileSync(file("a.ts"), "first\nlet b = w.stepp();\nlast");
  const printed = [
    `file://${file("a.ts")}:2`,
    "let b = w.stepp();",
    "          ^",
    "",
    "TypeError: w.stepp is not a function",
    `    at run (file://${file("a.ts")}:2:11)`,
  ];
  expect(appProblem(printed.join("\n"), "node app.ts").place).toMatchObject({ line: 2, column: 11 });
  const without = [printed[0], "let b = w.stepp();", "", ...printed.slice(4)];
  expect(appProblem(without.join("\n"), "node app.ts").place).toMatchObject({ line: 2, column: 1 });
});
