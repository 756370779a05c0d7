import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow, type Workflow } from "../../lib/index.ts";
import { Millrace, type MillraceProps } from "../../lib/millrace.ts";

const Thing = z.object({ id: z.string() });

/** A workflow of ten steps, one of which undoes another, with an awaited event and an approval. */
function workflow(name: string): Workflow {
  const begun = defineEvent(`${name}.begun`, { version: 1, schema: Thing, identity: ({ id }) => id });
  const arrived = defineEvent(`${name}.arrived`, { version: 1, schema: Thing, key: ({ id }) => id });
  const [first, ...others] = Array.from({ length: 9 }, (_, position) =>
    defineStep(`${name}-step-${position + 1}`, { input: Thing, output: Thing, timeout: "10 seconds" }),
  );
  const undo = defineStep(`${name}-undo-step`, {
    input: z.object({ input: Thing, output: Thing }),
    output: z.null(),
    timeout: "10 seconds",
  });
  return defineWorkflow(name, {
    on: begun,
    deadline: "1 day",
    run: (w, event) => {
      let last = w.step(first!, { id: event.id }, { undo });
      for (const step of others) last = w.step(step, { id: last.id });
      w.waitFor(arrived, { key: last.id, within: "1 hour", otherwise: "fail" });
      w.approval("editor", { show: { id: last.id }, within: "1 hour", otherwise: "reject" });
    },
  });
}

const HANDLERS = join(import.meta.dirname, "../../node_modules/.cache/millrace-tests/large-app");

/**
 * A folder of handlers that do nothing: synth reads them as text. It is the same in every run, so that their bundles
 * come from the cache.
 */
function handlers(names: readonly string[]): string {
  const folder = join(HANDLERS, String(names.length));
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const path = join(folder, `${name}.lambda.ts`);
    if (existsSync(path)) continue;
    // Another process may be about to read it.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `export const handler = async () => "${name}";\n`);
    renameSync(draft, path);
  }
  return folder;
}

/** An app of so many workflows of ten steps each, not yet synthesized. */
export function largeApp(count: number, props: Partial<MillraceProps> = {}) {
  const names = Array.from({ length: count }, (_, position) => `order-flow-${position + 1}`);
  const handlerNames = names.flatMap((name) => [
    `${name}.intake`,
    `${name}-undo-step`,
    ...Array.from({ length: 9 }, (_, position) => `${name}-step-${position + 1}`),
  ]);
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-synth-")) });
  const stack = new Stack(app, "Large");
  const millrace = new Millrace(stack, "Millrace", {
    workflows: names.map(workflow),
    handlers: handlers([...handlerNames, "waits"]),
    ...props,
  });
  return { app, stack, millrace };
}
