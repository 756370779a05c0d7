import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { Environment, Output } from "../../../local/lambda/runner.ts";
import { threadRunner } from "../../../local/lambda/thread/runner.ts";

const folder = mkdtempSync(join(tmpdir(), "functions-"));
const running: Environment[] = [];
afterAll(() => {
  for (const environment of running) environment.stop();
  rmSync(folder, { recursive: true });
});

const context = {
  requestId: "r-1",
  timeout: 3000,
  functionName: "app",
  functionVersion: "$LATEST",
  trace: "Root=1-2-3",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:app",
  logGroupName: "/aws/lambda/app",
  logStreamName: "stream",
};
let count = 0;

/** Starts a thread on the source of a module; `handler` is the export that it runs. */
async function start(
  source: string,
  options: {
    file?: string;
    handler?: string;
    callbacks?: boolean;
    format?: "Text" | "JSON";
    variables?: Record<string, string>;
  } = {},
) {
  const { file = "mjs", callbacks = false, format = "Text" } = options;
  const name = `f${count++}`;
  writeFileSync(join(folder, `${name}.${file}`), source);
  const output: Output[] = [];
  const environment = threadRunner().start(
    {
      name,
      folder,
      handler: `${name}.${options.handler ?? "handler"}`,
      memory: 64,
      logFormat: format,
      callbacks,
      variables: { COLOUR: "red", AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "64", ...options.variables },
    },
    (one) => output.push(one),
  );
  running.push(environment);
  const failed = await environment.ready;
  const invoke = (event: unknown = {}) => environment.invoke(JSON.stringify(event), context);
  return { failed, invoke, output };
}

const exported = (body: string) => `export const handler = async (event, context) => { ${body} };`;
const answer = (value: unknown) => ({ kind: "answer", payload: JSON.stringify(value) });

test("a handler sees its event, its context and its own variables only", async () => {
  const { invoke } = await start(
    exported(`return { event, id: context.awsRequestId, left: context.getRemainingTimeInMillis() > 1000,
      memory: context.memoryLimitInMB, trace: process.env._X_AMZN_TRACE_ID, colour: process.env.COLOUR, home: process.env.HOME }`),
  );
  expect(await invoke({ a: 1 })).toEqual(
    answer({ event: { a: 1 }, id: "r-1", left: true, memory: "64", trace: "Root=1-2-3", colour: "red" }),
  );
});

test("CommonJS modules, nested exports and state between invocations work", async () => {
  const { invoke } = await start("let n = 0; module.exports = { api: { run: async () => ++n } };", {
    file: "cjs",
    handler: "api.run",
  });
  expect([await invoke(), await invoke()]).toEqual([answer(1), answer(2)]);
});

test("an older runtime's handler may call back; with Node.js 24 it is refused", async () => {
  const source =
    "exports.handler = (event, context, callback) => setTimeout(() => callback(null, event.x), 1);";
  const old = await start(source, { file: "cjs", callbacks: true });
  expect(await old.invoke({ x: 5 })).toEqual(answer(5));
  const { failed } = await start(source, { file: "cjs" });
  expect(failed).toMatchObject({ error: { errorType: "Runtime.CallbackHandlerDeprecated" } });
});

test("a promise that can never settle ends as null", async () => {
  const { invoke } = await start(exported("await new Promise(() => {})"));
  expect(await invoke()).toEqual(answer(null));
});

test.each([
  ["a syntax error", "export const handler = (", "Runtime.UserCodeSyntaxError"],
  ["a missing export", "export const other = 1;", "Runtime.HandlerNotFound"],
  ["an error while loading", "throw new RangeError('config');", "RangeError"],
])("%s fails the start", async (_name, source, errorType) => {
  const { failed } = await start(source);
  expect(failed).toMatchObject({ kind: "failure", error: { errorType } });
});

test("a missing file fails the start as AWS says it", async () => {
  const { failed } = await start("", { file: "txt" });
  expect(failed).toMatchObject({
    error: {
      errorType: "Runtime.ImportModuleError",
      errorMessage: expect.stringMatching(/^Error: Cannot find module 'f\d+'\nRequire stack:\n/),
    },
  });
});

test("every type of failure has its own form", async () => {
  const { invoke: rejects } = await start(
    exported("Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 50))"),
  );
  expect(await rejects()).toMatchObject({
    kind: "lost",
    error: { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: lost" },
  });
  const { invoke: throws } = await start(exported("throw new TypeError('bad')"));
  expect(await throws()).toMatchObject({
    kind: "failure",
    error: { errorType: "TypeError", errorMessage: "bad" },
  });
  const { invoke: exits } = await start(exported("process.exit(3)"));
  expect(await exits()).toEqual({
    kind: "exit",
    errorType: "Runtime.ExitError",
    reason: "Runtime exited with error: exit status 3",
  });
  const { invoke: hoards } = await start(
    exported("const all = []; for (;;) all.push(new Array(10_000).fill(0.5))"),
  );
  expect(await hoards()).toMatchObject({ kind: "exit", errorType: "Runtime.OutOfMemory" });
  const { invoke: circles } = await start(exported("const a = {}; a.a = a; return a"));
  expect(await circles()).toMatchObject({
    kind: "failure",
    error: { errorType: "Runtime.JSONStringifyError" },
  });
});

test("the console and both streams are read in order, before the answer", async () => {
  const body = `console.log("a", 1); process.stdout.write("b\\n"); console.error(new Error("c").message); process.stderr.write("d")`;
  const text = await start(exported(body));
  await text.invoke();
  expect(text.output.map(({ level, text }) => [level, text])).toEqual([
    ["INFO", "a 1"],
    [undefined, "b\n"],
    ["ERROR", "c"],
    [undefined, "d"],
  ]);
  const json = await start(exported(`console.warn({ run: 1 }); console.log("x", new TypeError("y"))`), {
    format: "JSON",
  });
  await json.invoke();
  const lines = json.output.map(({ text }) => JSON.parse(`{${text}}`));
  expect(lines[0]).toEqual({ message: { run: 1 } });
  expect(lines[1]).toMatchObject({
    errorType: "TypeError",
    errorMessage: "y",
    stackTrace: expect.any(Array),
  });
});

test("a handler that never yields is ended from outside", async () => {
  const { invoke } = await start(exported("for (;;);"));
  const outcome = invoke();
  running.at(-1)!.stop();
  const late = new Promise((resolve) => setImmediate(() => resolve("no outcome")));
  expect(await Promise.race([outcome, late])).toBe("no outcome");
});

test.each([
  ["an imported module", { NODE_OPTIONS: "--import=data:text/javascript,globalThis.loaded=1" }],
  ["a required module", { NODE_OPTIONS: `--require "${join(folder, "preloaded.cjs")}"` }],
  ["an option that only a process takes", { NODE_OPTIONS: "--max-old-space-size=64" }],
  ["a folder of modules", { NODE_PATH: folder }],
])("a thread starts without %s that its variables name, and reports it", async (_, variables) => {
  writeFileSync(join(folder, "preloaded.cjs"), "globalThis.loaded = 1;");
  const find = `try { require("preloaded.cjs"); } catch {}`;
  const source = `exports.handler = async () => { ${find} return [globalThis.loaded ?? "clean", Object.keys(process.env).filter((name) => name.startsWith("NODE_"))]; };`;
  const { invoke, output } = await start(source, { file: "cjs", variables });
  expect(await invoke()).toEqual(answer(["clean", []]));
  const [[name, value]] = Object.entries(variables) as [[string, string]];
  expect(output.map(({ text }) => text).join("")).toContain(`${name}=${value} is ignored locally`);
});

test("options of NODE_OPTIONS that only change reports are applied", async () => {
  const source = exported("return process.execArgv");
  const variables = { NODE_OPTIONS: "--enable-source-maps  --no-warnings" };
  const { invoke, output } = await start(source, { variables });
  expect(await invoke()).toEqual(answer(["--enable-source-maps", "--no-warnings"]));
  expect(output).toEqual([]);
});

test("a stop does not wait for a child process that blocks the thread", async () => {
  const child = join(folder, "child");
  const { invoke } = await start(
    `import { execSync } from "node:child_process";
    export const handler = () => execSync("touch ${child}; sleep 6");`,
  );
  void invoke();
  await vi.waitFor(() => expect(existsSync(child)).toBe(true), 5000);
  const began = Date.now();
  await running.at(-1)!.stop();
  expect(Date.now() - began).toBeLessThan(5000);
}, 20_000);
