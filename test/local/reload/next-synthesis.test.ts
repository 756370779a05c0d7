import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AppProcess, SynthesisError } from "../../../local/synthesis/app-process.ts";
import type { SynthesisInputs } from "../../../local/synthesis/inputs.ts";
import { NextSynthesis } from "../../../local/synthesis/next-synthesis.ts";
import { until } from "../../end-to-end/real-time/harness.ts";

/** An app of one package, which appends to a file when it is loaded, as the app does when it runs. */
const APP = `
import { appendFileSync } from "node:fs";
import { version } from "tools";
appendFileSync("happened", "app one with " + version + "\\n");
`;
const tools = (version: string) => `
require("node:fs").appendFileSync("happened", "loaded\\n");
exports.version = "${version}";
`;

let folder: string;
let next: NextSynthesis;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-next-"));
  write("package.json", '{ "type": "module" }');
  write("app.js", APP);
  write("node_modules/tools/package.json", '{ "main": "index.js" }');
  write("node_modules/tools/index.js", tools("first"));
  write("happened", "");
  next = new NextSynthesis(synthesis());
});
afterEach(() => {
  next.close();
  rmSync(folder, { recursive: true, force: true });
});

const synthesis = () => ({
  app: "node app.js",
  folder,
  output: join(folder, "out"),
  context: {},
  account: "000000000000",
  region: "us-east-1",
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const happened = () => readFileSync(join(folder, "happened"), "utf8").split("\n").filter(Boolean);

/** Runs the app once and prepares the next time, up to where its packages are loaded. */
async function prepared(): Promise<SynthesisInputs> {
  const inputs = (await next.take().run(() => {}))!;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  next.prepare(inputs);
  vi.advanceTimersToNextTimer();
  vi.useRealTimers();
  await until("the packages are loaded", async () => (happened().length === 3 ? true : undefined));
  return inputs;
}

test("the next process loads the packages ahead, and runs the code of the time at which it is taken", async () => {
  const before = await prepared();
  expect(happened()).toEqual(["loaded", "app one with first", "loaded"]);
  write("app.js", APP.replace("app one", "app two"));
  const inputs = await next.take().run(() => {});
  expect(happened().slice(3)).toEqual(["app two with first"]);
  // What it was made from is the same: packages that were loaded ahead belong to it.
  expect(new Set(inputs!.modules)).toEqual(new Set(before.modules));
});

test("an app that another program starts is prepared too: the program around it does not wait", async () => {
  write(
    "start.js",
    'require("node:child_process").spawnSync(process.execPath, ["app.js"], { stdio: "inherit" });',
  );
  write("package.json", "{}");
  write("app.js", APP.replace(/import (.*) from (.*);/g, "const $1 = require($2);"));
  next = new NextSynthesis({ ...synthesis(), app: "node start.js" });
  await prepared();
  expect(happened()).toEqual(["loaded", "app one with first", "loaded"]);
  await next.take().run(() => {});
  expect(happened().slice(3)).toEqual(["app one with first"]);
});

test("a package that has changed since is loaded again, in a new process", async () => {
  await prepared();
  write("node_modules/tools/index.js", tools("second"));
  await next.take().run(() => {});
  expect(happened().slice(3)).toEqual(["loaded", "app one with second"]);
});

test("a package that cannot be loaded ahead fails in the app, with its own error", async () => {
  const inputs = (await next.take().run(() => {}))!;
  write("node_modules/tools/index.js", 'exports.version = "second"; throw new Error("broken package");');
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  next.prepare(inputs);
  vi.advanceTimersToNextTimer();
  vi.useRealTimers();
  const failed = await next
    .take()
    .run(() => {})
    .catch((error) => error);
  expect(failed).toBeInstanceOf(SynthesisError);
  expect(failed.printed).toContain("broken package");
});

test("what an app compares without reading it is one of its inputs, as what it reads is", async () => {
  write("compared.txt", "");
  write("app.js", 'import { statSync } from "node:fs";\nstatSync("compared.txt");');
  const inputs = await next.take().run(() => {});
  expect(inputs!.files).toContain(join(realpathSync(folder), "compared.txt"));
});

test("an app gets the list of the bundles that it does not have to make, which is no input", async () => {
  write(
    "app.js",
    `import { appendFileSync, readFileSync } from "node:fs";
appendFileSync("happened", readFileSync(process.env.MILLRACE_BUNDLES, "utf8") + "\\n");`,
  );
  const bundles = { greet: { folder, files: ["index.mjs"], inputs: [], began: 0 } };
  const inputs = await next.take().run(() => {}, bundles);
  expect(JSON.parse(happened()[0]!)).toEqual(bundles);
  expect(inputs!.files.filter((path) => path.endsWith("bundles"))).toEqual([]);
});

test("a process that is not needed any more ends without running the app", async () => {
  const process = new AppProcess(synthesis(), { main: join(folder, "app.js"), packages: [] });
  process.discard();
  await process.ended;
  expect(happened()).toEqual([]);
  expect(process.isGone).toBe(true);
});

test("an app may be loaded as CommonJS by a program of its own, as ts-node does", async () => {
  write("package.json", "{}");
  write(
    "app.ts",
    'import { version } from "./lib/versions";\nrequire("node:fs").appendFileSync("happened", version);\n',
  );
  write("lib/versions.ts", 'export const version: string = "first";\n');
  write(
    "run.cjs",
    `
const { Module, stripTypeScriptTypes } = require("node:module");
const { readFileSync } = require("node:fs");
require.extensions[".ts"] = (module, file) => {
  const code = stripTypeScriptTypes(readFileSync(file, "utf8"))
    .replace(/^import (.*?) from (.*?);$/gm, "const $1 = require($2);")
    .replace(/^export const (\\w+)/gm, "exports.$1");
  module._compile(code, file);
};
process.argv = [process.argv[0], require("node:path").resolve(process.argv[2])];
Module.runMain();
`,
  );
  const process = new AppProcess({ ...synthesis(), app: "node run.cjs app.ts" });
  let printed = "";
  await process.run((text) => (printed += text)).catch(() => {});
  expect(printed).not.toContain("ERR_");
  expect(happened()).toEqual(["first"]);
});
