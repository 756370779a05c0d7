import { mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");
const lib = (path: string) => JSON.stringify(join(ROOT, path));

const FILES: Record<string, string> = {
  "package.json": '{ "type": "module" }',
  "cdk.json": '{ "app": "node app.ts" }',
  "app.ts": `
import { App, Stack } from "aws-cdk-lib";
import { Millrace } from ${lib("lib/millrace.ts")};
import { workflows } from "./workflows/index.ts";
new Millrace(new Stack(new App(), "Millrace"), "Millrace", { workflows });
`,
  "workflows/index.ts": `import { greetUser } from "./greet.ts";
export const workflows = [greetUser];
`,
  "workflows/greet.ts": `
import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from ${lib("lib/index.ts")};

export const UserSeen = defineEvent("user.seen", {
  version: 1,
  schema: z.object({ id: z.string() }),
  identity: (user) => user.id,
});
export const sayHello = defineStep("say-hello", {
  input: z.object({ id: z.string() }),
  output: z.object({ text: z.string() }),
  timeout: "10 seconds",
  retry: { attempts: 1, backoff: "1 second" },
});
export const greetUser = defineWorkflow("greet-user", {
  on: UserSeen,
  deadline: "1 day",
  run: (w, user) => {
    const { text } = w.step(sayHello, { id: user.id });
    return { text };
  },
});
`,
  "workflows/words.ts": 'export const GREETING = "Hello";\n',
  "workflows/say-hello.lambda.ts": `
import { worker } from ${lib("lambdas/runtime/index.ts")};
import { sayHello } from "./greet.ts";
import { GREETING } from "./words.ts";

export const handler = worker(sayHello, async ({ id }) => {
  if (id.startsWith("broken")) throw new TypeError("no such user");
  return { text: GREETING + " " + id };
});
`,
  "workflows/greet-user.intake.lambda.ts": `
import { intake } from ${lib("lambdas/runtime/index.ts")};
import { greetUser } from "./greet.ts";
export const handler = intake(greetUser);
`,
};

/** A small project of one workflow, as people write it, in a folder of its own. */
export class Project {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "millrace-project-")));

  constructor() {
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    for (const [path, text] of Object.entries(FILES)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Saves a file with a part of its text replaced. */
  edit(path: string, from: string, to: string): void {
    const text = readFileSync(join(this.folder, path), "utf8");
    if (!text.includes(from)) throw new Error(`${path} has no "${from}".`);
    this.write(path, text.replace(from, to));
  }
}
