import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../../../local/assembly/synthesize.ts";
import { UserError } from "../../../local/kernel/errors.ts";
import { AWS_LIMITS } from "../../../local/limits/figures.ts";
import { readOptions } from "../../../local/start/options.ts";
import { assemblyOf, folder } from "./assembly.ts";
import { rulesToQueue } from "./resources.ts";

const START = resolve("local/start.ts");

/** Runs the entry; `until` ends the wait early and sends the signal. */
function run(
  args: string[],
  { cwd = folder(), until = /$^/, signal = "SIGINT" as NodeJS.Signals, env = process.env } = {},
) {
  return new Promise<{ code: number | null; output: string }>((settle) => {
    const child = spawn(process.execPath, [START, "--port", "0", ...args], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let signalled = false;
    const take = (chunk: Buffer) => {
      output += chunk;
      if (signalled || !until.test(output)) return;
      signalled = true;
      child.kill(signal);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("close", (code) => settle({ code, output }));
  });
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "it prints its address, runs the command against it, and %s stops both",
  async (signal) => {
    const assembly = assemblyOf(rulesToQueue);
    const command = `"${process.execPath}" -e "const e = process.env; console.log('with', e.AWS_ENDPOINT_URL, e.AWS_REGION, e.AWS_ACCESS_KEY_ID); setInterval(() => {}, 1000)"`;
    const { code, output } = await run(["--assembly", assembly, "--memory", "--then", command], {
      until: /with http/,
      signal,
    });
    const [, endpoint] = /ready at (\S+)/.exec(output)!;
    expect(output).toContain(`with ${endpoint} us-east-1 test`);
    expect(output).toContain("App: 3 resources");
    expect(output).toContain("in memory");
    expect(code).toBe(0);
  },
);

test("a stop that takes a while is announced, with what ends it at once", async () => {
  const slow = `"${process.execPath}" -e "process.on('SIGINT', () => setTimeout(() => process.exit(), 1000)); setInterval(() => {}, 1000); console.log('begun')"`;
  const { code, output } = await run(["--assembly", assemblyOf(rulesToQueue), "--memory", "--then", slow], {
    until: /begun/,
  });
  expect(output).toMatch(/^Stopping: .*Ctrl-C again ends it at once; no data is lost\.$/m);
  expect(code).toBe(0);
});

test("what it has compiled is kept for the next start, in a folder of the user alone", async () => {
  const { NODE_COMPILE_CACHE: _, ...environment } = process.env;
  const kept = folder();
  const { code } = await run(["--help"], { env: { ...environment, TMPDIR: kept } });
  expect(code).toBe(0);
  const [name] = readdirSync(kept);
  expect(name).toBe(`millrace-compiled-${process.getuid!()}`);
  expect(statSync(join(kept, name!)).mode & 0o777).toBe(0o700);
  const files = readdirSync(join(kept, name!), { recursive: true, withFileTypes: true });
  // More than the entry itself: what it imports.
  expect(files.filter((file) => file.isFile()).length).toBeGreaterThan(100);
});

test("a temporary folder that does not exist costs time, and does not prevent a start", async () => {
  const { NODE_COMPILE_CACHE: _, ...environment } = process.env;
  const { code, output } = await run(["--help"], { env: { ...environment, TMPDIR: join(folder(), "none") } });
  expect(output).toMatch(/^Runs a CDK app on this machine/);
  expect(code).toBe(0);
});

test("the app of cdk.json is synthesized, with its context, into the output folder", async () => {
  const cwd = folder();
  mkdirSync(join(cwd, "out"));
  const app = `
    const { writeFileSync } = require("node:fs");
    const { CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_DEFAULT_REGION } = process.env;
    const { name } = JSON.parse(CDK_CONTEXT_JSON);
    const template = { Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: name + "-" + CDK_DEFAULT_REGION } } } };
    const App = { type: "aws:cloudformation:stack", properties: { templateFile: "t.json" } };
    writeFileSync(CDK_OUTDIR + "/t.json", JSON.stringify(template));
    writeFileSync(CDK_OUTDIR + "/manifest.json", JSON.stringify({ artifacts: { App } }));`;
  writeFileSync(join(cwd, "app.cjs"), app);
  writeFileSync(
    join(cwd, "cdk.json"),
    JSON.stringify({
      app: `"${process.execPath}" app.cjs`,
      output: "out",
      context: { name: "from-context" },
    }),
  );
  const { code, output } = await run(["--memory"], { cwd, until: /stop {5}Ctrl-C/ });
  expect(output).toContain("App: 1 resources in us-east-1");
  expect(code).toBe(0);
});

test.each([
  [
    "a failing app",
    ["--memory", "--app", `"${process.execPath}" -e "throw new Error('my own mistake')"`],
    /my own mistake[\s\S]*ended with 1; its output is above/,
  ],
  ["a folder without an app", ["--memory"], /has no cdk\.json that names an app.*--app/],
  ["a folder that is no assembly", ["--memory", "--assembly", "nowhere"], /nowhere is no cloud assembly/],
  ["an unknown option", ["--colour"], /Unknown option '--colour'[\s\S]*--port/],
])("%s is one message and exit code 1", async (_, args, message) => {
  const { code, output } = await run(args);
  expect(output).toMatch(message);
  expect(output).not.toContain("local/start.ts:");
  expect(code).toBe(1);
});

test("there are no limits unless they are asked for", () => {
  expect(readOptions([], {}).limits).toBeUndefined();
  expect(readOptions(["--limits", "aws"], {}).limits).toBe(AWS_LIMITS);
  expect(() => readOptions(["--limits", "some"], {})).toThrow(
    new UserError('--limits must be "aws", not "some".'),
  );
});

test("the port comes from the option, then from MILLRACE_PORT, then it is 4566", () => {
  expect(readOptions(["--port", "1"], { MILLRACE_PORT: "2" }).port).toBe(1);
  expect(readOptions([], { MILLRACE_PORT: "2" }).port).toBe(2);
  expect(readOptions([], {}).port).toBe(4566);
  for (const bad of ["x", "70000", "-1", "1.5"]) {
    expect(() => readOptions([], { MILLRACE_PORT: bad })).toThrow(
      new UserError(`MILLRACE_PORT must be a port between 0 and 65535, not "${bad}".`),
    );
  }
});

test("data is kept in .millrace by default", () => {
  expect(readOptions([], {}).data).toBe(".millrace");
  expect(readOptions(["--data", "elsewhere"], {}).data).toBe("elsewhere");
  expect(readOptions(["--memory"], {}).data).toBeUndefined();
  expect(() => readOptions(["--memory", "--data", "x"], {})).toThrow("exclude each other");
});

test("a cdk.json that is not JSON is named", () => {
  const cwd = folder();
  writeFileSync(join(cwd, "cdk.json"), "{");
  expect(() => readSettings(cwd)).toThrow(/cdk\.json is not JSON/);
});

test("an error in a definition is shown as its place and message, without a stack", async () => {
  const cwd = folder();
  const lib = join(import.meta.dirname, "../../../lib/index.ts");
  const app = [
    `import { defineStep } from ${JSON.stringify(lib)};`,
    `defineStep("Late", { input: {}, output: {}, timeout: "1 minute" });`,
  ];
  writeFileSync(join(cwd, "app.ts"), app.join("\n"));
  const { code, output } = await run(["--memory", "--app", `"${process.execPath}" app.ts`], { cwd });
  expect(code).toBe(1);
  expect(output).toMatch(/^app\.ts:2:1: Step "Late": A name has up to 48 lower-case letters/m);
  expect(output).not.toMatch(/^\s+at |ended with 1|TypeError/m);
});

test("an app that fails for another reason prints its whole output", async () => {
  const cwd = folder();
  writeFileSync(join(cwd, "app.mjs"), "function mine() { throw new Error('my own mistake') }\nmine();");
  const { code, output } = await run(["--memory", "--app", `"${process.execPath}" app.mjs`], { cwd });
  expect(code).toBe(1);
  expect(output).toMatch(/at mine .*app\.mjs:1:[\s\S]*ended with 1; its output is above/);
});
